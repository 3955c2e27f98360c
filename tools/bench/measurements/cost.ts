import type { Round } from '../client.js';
import { ADVERSARIAL, type Input } from '../inputs.js';
import type { BenchServer, Servers } from '../server.js';
import { median } from '../statistics.js';
import { latencies } from './latency.js';

const ROUNDS = 5;
const REQUESTS = 5;

/** The cost of an expensive Pod: median times until the response, in milliseconds. */
export interface Cost {
  readonly name: string;
  readonly bare: number;
  readonly injector: number;
  /**
   * The injector's time for the Pod divided by that for a Pod of half the size: about 2 if the time is linear, 4 if it
   * is quadratic. Uses minimum times, because the garbage collector interrupts a large Pod more often than half of one.
   */
  readonly growth: number;
}

/** Alternates between all requests, so that no measurement is slowed by code that V8 has not compiled yet. */
export async function costs({ bare, injector }: Servers): Promise<Cost[]> {
  const results: Cost[] = [];
  for (const { name, half, whole } of ADVERSARIAL) {
    const rounds = { bare: [] as Round[], half: [] as Round[], whole: [] as Round[] };
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

function answers(server: BenchServer, input: Input): Promise<Round> {
  return latencies(server, input, REQUESTS);
}

function middle(rounds: readonly Round[]): number {
  return median(rounds.map(({ p50 }) => p50));
}

function least(rounds: readonly Round[]): number {
  return Math.min(...rounds.map(({ min }) => min));
}
