import { join } from 'node:path';
import type { Latencies, Pace } from './client.js';
import type { Input } from './inputs.js';
import { CONNECTIONS } from './load.js';
import { CORES, output, ROOT } from './processes.js';
import type { BenchServer, Servers } from './server.js';
import { median } from './statistics.js';

const CLIENT = join(ROOT, '.build', 'test', 'bench', 'client.js');

/** How long a server takes to answer requests of one input: see `client.ts`. */
export async function latencies(
  { port }: BenchServer,
  { file }: Input,
  pace: Omit<Pace, 'port' | 'file'>,
): Promise<Latencies> {
  return JSON.parse(
    await output(CORES.load, [process.execPath, CLIENT, JSON.stringify({ ...pace, port, file })]),
  );
}

/** The 99th percentile of both servers at one rate, in milliseconds: medians over rounds with both in turn. */
export async function compareLatency(
  servers: Servers,
  input: Input,
  {
    rounds,
    seconds,
    perSecond,
  }: { readonly rounds: number; readonly seconds: number; readonly perSecond: number },
): Promise<{ readonly bare: number; readonly injector: number }> {
  const results = { bare: [] as number[], injector: [] as number[] };
  const pace = { connections: CONNECTIONS, requests: Math.round(perSecond * seconds), perSecond };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ['bare', 'injector'] as const) {
      results[name].push((await latencies(servers[name], input, pace)).p99);
    }
  }
  return { bare: median(results.bare), injector: median(results.injector) };
}
