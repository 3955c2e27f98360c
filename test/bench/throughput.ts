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
  /** The part of the time in which the core of the servers had nothing to do: there the load generator was the limit. */
  readonly idle: number;
}

/** Rounds with both servers in turn, so that what else the machine does meets both. */
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
  return {
    bare: summary(results.bare),
    injector: summary(results.injector),
    idle: median([...results.bare, ...results.injector].map(({ idle }) => idle)),
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
  return {
    requestsPerSecond: median(rounds.map(({ requests, seconds }) => requests / seconds)),
    cpuMicros: median(rounds.map(({ requests, cpuMs }) => (cpuMs * 1000) / requests)),
  };
}
