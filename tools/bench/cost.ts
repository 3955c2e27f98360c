import type { Latencies } from './client.js';
import { ADVERSARIAL, type Input } from './inputs.js';
import { latencies } from './latency.js';
import type { BenchServer, Servers } from './server.js';
import { median } from './statistics.js';

const ROUNDS = 5;
const REQUESTS = 5;

/** What an expensive Pod costs, in milliseconds until the answer; medians. */
export interface Cost {
  readonly name: string;
  readonly bare: number;
  readonly injector: number;
  /**
   * The injector's time for the Pod over that for half of it: about 2 where the time is linear, 4 where it is quadratic. Of the least
   * times, because a large Pod meets the garbage collector more often than half of it.
   */
  readonly growth: number;
}

/** All are asked in turn, so that it is not one of them that meets code which V8 has not compiled yet. */
export async function costs({ bare, injector }: Servers): Promise<Cost[]> {
  const results: Cost[] = [];
  for (const { name, half, whole } of ADVERSARIAL) {
    const rounds = { bare: [] as Latencies[], half: [] as Latencies[], whole: [] as Latencies[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.bare.push(await answers(bare, whole));
      rounds.half.push(await answers(injector, half));
      rounds.whole.push(await answers(injector, whole));
    }
    results.push({
      name,
      bare: middle(rounds.bare),
      injector: middle(rounds.whole),
      growth: least(rounds.whole) / least(rounds.half),
    });
  }
  return results;
}

function answers(server: BenchServer, input: Input): Promise<Latencies> {
  return latencies(server, input, { connections: 1, requests: REQUESTS, perSecond: 0 });
}

function middle(rounds: readonly Latencies[]): number {
  return median(rounds.map(({ p50 }) => p50));
}

function least(rounds: readonly Latencies[]): number {
  return Math.min(...rounds.map(({ min }) => min));
}
