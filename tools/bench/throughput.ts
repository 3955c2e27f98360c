import type { Input } from './inputs.js';
import { type Load, load } from './load.js';
import { CORES, idleMs } from './processes.js';
import type { BenchServer, Servers } from './server.js';
import { median } from './statistics.js';

/** What one server does with one input while it is asked as fast as it answers; medians over the rounds. */
export interface Throughput {
  readonly requestsPerSecond: number;
  /** Time of the server's process on its core, in microseconds a request. */
  readonly cpuMicros: number;
}

/** Both servers with one input. */
export interface Comparison {
  readonly bare: Throughput;
  readonly injector: Throughput;
  /** Answers a second of the injector over those of the bare server, and times of the bare server over those of the injector. */
  readonly rateRatio: number;
  readonly cpuRatio: number;
  /** The part of the time in which the core of the servers had nothing to do, and in which a server had it. */
  readonly idle: number;
  readonly busy: number;
}

/** Rounds with both servers in turn, so that what else the machine does meets both; ratios are medians of those of the rounds. */
export async function compare(
  servers: Servers,
  input: Input,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<Comparison> {
  const results = { bare: [] as Round[], injector: [] as Round[] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ['bare', 'injector'] as const) {
      results[name].push(await oneRound(servers[name], input, seconds));
    }
  }
  const { bare, injector } = results;
  const all = [...bare, ...injector];
  return {
    bare: summary(bare),
    injector: summary(injector),
    rateRatio: median(injector.map((round, index) => rate(round) / rate(bare[index] as Round))),
    cpuRatio: median(injector.map((round, index) => cpuMicros(bare[index] as Round) / cpuMicros(round))),
    idle: median(all.map(({ idle }) => idle)),
    busy: median(all.map(({ cpuMs, seconds }) => cpuMs / (seconds * 1000))),
  };
}

interface Round extends Load {
  readonly cpuMs: number;
  readonly idle: number;
}

async function oneRound(server: BenchServer, input: Input, seconds: number): Promise<Round> {
  const [cpu, idle] = [server.cpuMs, idleMs(CORES.server)];
  const result = await load(server.port, input, seconds);
  return {
    ...result,
    cpuMs: server.cpuMs - cpu,
    idle: (idleMs(CORES.server) - idle) / (result.seconds * 1000),
  };
}

function summary(rounds: readonly Round[]): Throughput {
  return { requestsPerSecond: median(rounds.map(rate)), cpuMicros: median(rounds.map(cpuMicros)) };
}

function rate({ requests, seconds }: Round): number {
  return requests / seconds;
}

function cpuMicros({ requests, cpuMs }: Round): number {
  return (cpuMs * 1000) / requests;
}
