import type { Cluster } from '../cluster.js';
import { RELEASE } from '../release.js';
import { VALUES } from '../values.js';

/** The values of the tests, with what the guide recommends. */
export const RECOMMENDED = {
  ...VALUES,
  webhook: { failurePolicy: 'Ignore' },
  guard: { action: 'Warn' },
};

/** The webhook configuration, for kubectl. */
export const WEBHOOKS = ['mutatingwebhookconfiguration', RELEASE] as const;

/** Changes a field of both webhooks. */
export async function patchWebhooks(
  cluster: Cluster,
  op: 'add' | 'remove',
  path: string,
  value?: unknown,
): Promise<void> {
  const patch = [0, 1].map((index) => ({ op, path: `/webhooks/${index}${path}`, value }));
  await cluster.kubectl('patch', ...WEBHOOKS, '--type=json', `--patch=${JSON.stringify(patch)}`);
}
