import { ADVERSARIAL, type Input } from './inputs.js';
import { latencies } from './latency.js';
import type { BenchServer, Servers } from './server.js';
import { median } from './statistics.js';

const ROUNDS = 5;
const REQUESTS = 5;

/** What an expensive Pod costs, in milliseconds until the answer. */
export interface Cost {
  readonly name: string;
  readonly bare: number;
  readonly injector: number;
  /** The injector's time for the Pod over that for half of it: about 2 where the time is linear, 4 where it is quadratic. */
  readonly growth: number;
}

/** All are asked in turn, so that it is not one of them that meets code which V8 has not compiled yet. */
export async function costs({ bare, injector }: Servers): Promise<Cost[]> {
  const results: Cost[] = [];
  for (const { name, half, whole } of ADVERSARIAL) {
    const ms = { bare: [] as number[], half: [] as number[], whole: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      ms.bare.push(await answerMs(bare, whole));
      ms.half.push(await answerMs(injector, half));
      ms.whole.push(await answerMs(injector, whole));
    }
    const wholeMs = median(ms.whole);
    results.push({ name, bare: median(ms.bare), injector: wholeMs, growth: wholeMs / median(ms.half) });
  }
  return results;
}

async function answerMs(server: BenchServer, input: Input): Promise<number> {
  return (await latencies(server, input, { connections: 1, requests: REQUESTS, perSecond: 0 })).p50;
}
