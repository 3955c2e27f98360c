import { join } from 'node:path';
import { ROOT } from '../../checkout.js';
import type { Latencies, Pace } from '../client.js';
import type { Input } from '../inputs.js';
import { CONNECTIONS } from '../load.js';
import { CORES, output } from '../processes.js';
import type { BenchServer, Servers } from '../server.js';
import { median } from '../statistics.js';

const CLIENT = join(ROOT, '.build', 'tools', 'bench', 'client.js');

/** Sets the client's young generation in MB, large enough to rarely interrupt it for garbage collection. */
const CLIENT_FLAGS = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

/** Measured rounds, and rounds that warm up the client before. */
const ROUNDS = 24;
const WARM_UP_ROUNDS = 6;
const ROUND_SECONDS = 0.5;

/** Measures how long a server takes to answer requests with one input: see `client.ts`. */
export async function latencies(
  { port }: BenchServer,
  { file }: Input,
  pace: Omit<Pace, 'ports' | 'file' | 'rounds'>,
): Promise<Latencies> {
  const [rounds] = await client({ ...pace, ports: [port], file, rounds: 1 });
  return rounds?.[0] as Latencies;
}

/**
 * Measures the 99th percentile of both servers at the same rate, in milliseconds. The results are medians over many
 * short rounds that alternate between the servers, so that other work on the machine in a few rounds does not count.
 */
export async function compareLatency(
  { bare, injector }: Servers,
  { file }: Input,
  perSecond: number,
): Promise<{ readonly bare: number; readonly injector: number }> {
  const ports = [bare.port, injector.port];
  const requests = Math.round(perSecond * ROUND_SECONDS);
  const rounds = WARM_UP_ROUNDS + ROUNDS;
  const results = await client({ ports, file, connections: CONNECTIONS, rounds, requests, perSecond });
  const [ofBare = [], ofInjector = []] = results.map((all) =>
    all.slice(WARM_UP_ROUNDS).map(({ p99 }) => p99),
  );
  return { bare: median(ofBare), injector: median(ofInjector) };
}

async function client(pace: Pace): Promise<Latencies[][]> {
  const command = [process.execPath, ...CLIENT_FLAGS, CLIENT, JSON.stringify(pace)];
  return JSON.parse(await output(CORES.load, command));
}
