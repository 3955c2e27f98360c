import { join } from 'node:path';
import { ROOT } from '../../checkout.js';
import type { Answers, Pace, Round } from '../client.js';
import type { Input } from '../inputs.js';
import { CORES, output } from '../processes.js';
import type { BenchServer } from '../server.js';

const CLIENT = join(ROOT, '.build', 'tools', 'bench', 'client.js');

/** Sets the client's young generation in MB, large enough to rarely interrupt it for garbage collection. */
const CLIENT_FLAGS = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

/** Measures how a server answers requests with one input, one after the other: see `client.ts`. */
export async function latencies(server: BenchServer, input: Input, requests: number): Promise<Round> {
  const pace = { connections: 1, rounds: 1, warmUpRounds: 0, requests, perSecond: 0 };
  const [answers] = await answersOf([server], input, pace);
  return answers?.rounds[0] as Round;
}

/** Measures how servers, in turn, answer requests with one input. */
export async function answersOf(
  servers: readonly BenchServer[],
  { file }: Input,
  pace: Omit<Pace, 'servers' | 'file'>,
): Promise<readonly Answers[]> {
  const targets = servers.map(({ port, child }) => ({ port, pid: child.pid }));
  const argument = JSON.stringify({ ...pace, file, servers: targets });
  return JSON.parse(await output(CORES.load, [process.execPath, ...CLIENT_FLAGS, CLIENT, argument]));
}
