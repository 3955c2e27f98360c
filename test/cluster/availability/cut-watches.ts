import { until } from '../../support/until.js';
import type { Sandbox } from '../local-cluster/sandbox.js';

/**
 * Resets the connections over which Pods follow the API server, as the node's kernel has them, and waits until they
 * have others.
 */
export async function cutWatches(sandbox: Sandbox, addresses: readonly string[]): Promise<void> {
  const from = addresses.map((address) => `dst ${address}`).join(' or ');
  const ss = (...flags: string[]) =>
    sandbox.run(
      ...['/usr/bin/ss', ...flags, '--no-header', '--tcp', '--numeric', 'state', 'established'],
      `( sport = :6443 and ( ${from} ) )`,
    );
  // Of a line, the address of the other side: the queues before it change.
  const connections = async (): Promise<string[]> => (await ss()).match(/\S+(?=\s*$)/gm) ?? [];
  const before = await connections();
  if (before.length < addresses.length) throw new Error(`no watches of ${addresses}: ${before}`);
  await ss('--kill');
  await until(async () => {
    const after = await connections();
    return after.length >= addresses.length && !after.some((line) => before.includes(line));
  });
}
