import type { TestContext } from 'node:test';
import { ApiClient } from '../../../src/cluster/api-client.js';
import { NamespaceInformer } from '../../../src/namespaces/informer.js';
import type { InformerTiming } from '../../../src/namespaces/informer-timing.js';
import { until } from '../../support/until.js';
import { FakeApiServer } from './fake-api-server.js';
import { RecordingLog } from './recording-log.js';

/** Short delays where a test waits for them, and timeouts that a slow machine does not reach. */
export const FAST: Partial<InformerTiming> = {
  backoffMinMs: 20,
  backoffMaxMs: 40,
  lookupWaitMs: 20_000,
  lookupTimeoutMs: 20_000,
};

export interface Setup {
  readonly api: FakeApiServer;
  readonly informer: NamespaceInformer;
  readonly log: RecordingLog;
  /** How often the namespaces in memory were reported to be current. */
  readonly currentCalls: () => number;
}

/** Creates a fake API server and an informer that is not started. Both stop after the test. */
export async function prepareInformer(t: TestContext, timing: Partial<InformerTiming> = {}): Promise<Setup> {
  const api = await FakeApiServer.start();
  const log = new RecordingLog();
  let calls = 0;
  const client = new ApiClient({ url: api.url });
  const informer = new NamespaceInformer(client, log.log, { ...FAST, ...timing }, () => {
    calls++;
  });
  t.after(async () => {
    await informer.stop();
    await api.stop();
  });
  return { api, informer, log, currentCalls: () => calls };
}

/**
 * Like {@link prepareInformer}, but with the given namespaces (without annotations), and the informer started and
 * synced.
 */
export async function startInformer(
  t: TestContext,
  namespaces: readonly string[] = [],
  timing: Partial<InformerTiming> = {},
): Promise<Setup> {
  const setup = await prepareInformer(t, timing);
  for (const name of namespaces) setup.api.set(name);
  setup.informer.start();
  await until(() => setup.informer.synced);
  return setup;
}
