import { until } from '../../support/until.js';
import type { Sandbox } from '../local-cluster/sandbox.js';

/**
 * Resets the connections of the replicas' watches to the API server, in the node's kernel, and waits until there are
 * new ones.
 */
export async function cutWatches(sandbox: Sandbox, addresses: readonly string[]): Promise<void> {
  const from = addresses.map((address) => `dst ${address}`).join(' or ');
  const ss = (...flags: string[]) =>
    sandbox.run(
      ...['/usr/bin/ss', ...flags, '--no-header', '--tcp', '--numeric', 'state', 'established'],
      `( sport = :6443 and ( ${from} ) )`,
    );
  // The peer address at the end of each line; the queue sizes before it change.
  const connections = async (): Promise<string[]> => (await ss()).match(/\S+(?=\s*$)/gm) ?? [];
  const before = await connections();
  if (before.length < addresses.length)
    throw new Error(`watches: expected one from each of ${addresses}, got ${before}`);
  await ss('--kill');
  await until(async () => {
    const after = await connections();
    return after.length >= addresses.length && !after.some((line) => before.includes(line));
  });
}
