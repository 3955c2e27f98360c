import type { Input } from '../inputs.js';
import { type Load, load } from '../load.js';
import { CORES, idleMs } from '../processes.js';
import type { BenchServer, Servers } from '../server.js';
import { median } from '../statistics.js';

/** One server's throughput with one input; medians over the rounds. */
export interface Throughput {
  readonly requestsPerSecond: number;
  /** Processor time of the server per request, in microseconds. */
  readonly cpuMicros: number;
}

/** Compares both servers with one input. */
export interface Comparison {
  readonly bare: Throughput;
  readonly injector: Throughput;
  /**
   * The injector's rate divided by the bare server's, and the bare server's processor time divided by the injector's.
   */
  readonly rateRatio: number;
  readonly cpuRatio: number;
  /** The share of time in which the servers' core was idle, and in which a server was running. */
  readonly idle: number;
  readonly busy: number;
}

/** How to load the servers: each connection sends its next request as soon as the one before is answered. */
export interface ClosedLoop {
  readonly rounds: number;
  readonly seconds: number;
  /** As many as saturate a server, by default. */
  readonly connections?: number;
}

/**
 * Alternates between the servers, so that other work on the machine affects both. Ratios are medians over the rounds.
 */
export async function compare(
  { bare, injector }: Servers,
  input: Input,
  loop: ClosedLoop,
): Promise<Comparison> {
  const [ofBare, ofInjector] = (await alternate([bare, injector], input, loop)) as [Round[], Round[]];
  const all = [...ofBare, ...ofInjector];
  return {
    bare: summary(ofBare),
    injector: summary(ofInjector),
    rateRatio: median(ofInjector.map((round, index) => rate(round) / rate(ofBare[index] as Round))),
    cpuRatio: median(ofInjector.map((round, index) => cpuMicros(ofBare[index] as Round) / cpuMicros(round))),
    idle: median(all.map(({ idle }) => idle)),
    busy: median(all.map(({ cpuMs, seconds }) => cpuMs / (seconds * 1000))),
  };
}

/** The throughput of servers that alternate. */
export async function throughputs(
  servers: readonly BenchServer[],
  input: Input,
  loop: ClosedLoop,
): Promise<Throughput[]> {
  return (await alternate(servers, input, loop)).map(summary);
}

/** The rounds of each server. */
async function alternate(
  servers: readonly BenchServer[],
  input: Input,
  { rounds, seconds, connections }: ClosedLoop,
): Promise<Round[][]> {
  const results: Round[][] = servers.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, server] of servers.entries()) {
      results[index]?.push(await oneRound(server, input, seconds, connections));
    }
  }
  return results;
}

interface Round extends Load {
  readonly cpuMs: number;
  readonly idle: number;
}

async function oneRound(
  server: BenchServer,
  input: Input,
  seconds: number,
  connections?: number,
): Promise<Round> {
  const [cpu, idle] = [server.cpuMs, idleMs(CORES.server)];
  const result = await load(server.port, input, seconds, connections);
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
