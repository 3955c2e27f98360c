import { ADVERSARIAL, type Input } from './inputs.js';
import { latencies } from './latency.js';
import type { BenchServer, Servers } from './server.js';

const REQUESTS = 15;

/** What an expensive Pod costs, in milliseconds until the answer. */
export interface Cost {
  readonly name: string;
  readonly bare: number;
  readonly injector: number;
  /** The injector's time for the Pod over that for half of it: about 2 where the time is linear, 4 where it is quadratic. */
  readonly growth: number;
}

export async function costs(servers: Servers): Promise<Cost[]> {
  const results: Cost[] = [];
  for (const { name, half, whole } of ADVERSARIAL) {
    const injector = await answerMs(servers.injector, whole);
    const growth = injector / (await answerMs(servers.injector, half));
    results.push({ name, bare: await answerMs(servers.bare, whole), injector, growth });
  }
  return results;
}

async function answerMs(server: BenchServer, input: Input): Promise<number> {
  return (await latencies(server, input, { connections: 1, requests: REQUESTS, perSecond: 0 })).p50;
}
