import { join } from 'node:path';
import { ROOT } from '../checkout.js';
import type { Latencies, Pace } from './client.js';
import type { Input } from './inputs.js';
import { CONNECTIONS } from './load.js';
import { CORES, output } from './processes.js';
import type { BenchServer, Servers } from './server.js';
import { median } from './statistics.js';

const CLIENT = join(ROOT, '.build', 'tools', 'bench', 'client.js');

/** The client's young generation, in MB, so that it seldom stops to collect what its waiting leaves. */
const CLIENT_FLAGS = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

/** Rounds that count, and those before, in which the client gets fast itself. */
const ROUNDS = 24;
const WARM_UP_ROUNDS = 6;
const ROUND_SECONDS = 0.5;

/** How long a server takes to answer requests of one input: see `client.ts`. */
export async function latencies(
  { port }: BenchServer,
  { file }: Input,
  pace: Omit<Pace, 'ports' | 'file' | 'rounds'>,
): Promise<Latencies> {
  const [rounds] = await client({ ...pace, ports: [port], file, rounds: 1 });
  return rounds?.[0] as Latencies;
}

/**
 * The 99th percentile of both servers at one rate, in milliseconds: medians over many short rounds with both in turn, so that what
 * else the machine does in some of them does not count.
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
