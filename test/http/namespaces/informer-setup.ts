import type { TestContext } from 'node:test';
import { ApiClient } from '../../../src/cluster/api-client.js';
import { NamespaceInformer } from '../../../src/namespaces/informer.js';
import type { InformerTiming } from '../../../src/namespaces/informer-timing.js';
import { until } from '../../support/until.js';
import { FakeApiServer } from './fake-api-server.js';
import { RecordingLog } from './recording-log.js';

/** Impatient where a test waits for it, patient where a slow machine would make it fail. */
export const FAST: Partial<InformerTiming> = { backoffMinMs: 20, backoffMaxMs: 40, lookupTimeoutMs: 20_000 };

export interface Setup {
  readonly api: FakeApiServer;
  readonly informer: NamespaceInformer;
  readonly log: RecordingLog;
}

/** A fake API server and an informer that has not been started; both are stopped after the test. */
export async function prepare(t: TestContext, timing: Partial<InformerTiming> = {}): Promise<Setup> {
  const api = await FakeApiServer.start();
  const log = new RecordingLog();
  const informer = new NamespaceInformer(new ApiClient({ url: api.url }), log.log, { ...FAST, ...timing });
  t.after(async () => {
    await informer.stop();
    await api.stop();
  });
  return { api, informer, log };
}

/** The same with the namespaces given (without annotations), started and synced. */
export async function follow(
  t: TestContext,
  namespaces: readonly string[] = [],
  timing: Partial<InformerTiming> = {},
): Promise<Setup> {
  const setup = await prepare(t, timing);
  for (const name of namespaces) setup.api.set(name);
  setup.informer.start();
  await until(() => setup.informer.synced);
  return setup;
}
