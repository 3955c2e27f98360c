import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import { OPTED_IN } from '../cluster.js';
import { dryRun, isInjected, outcome } from '../dry-run.js';
import { PEER_IMAGE } from '../local-cluster/images.js';
import { RELEASE } from '../release.js';
import { Replicas } from '../replicas.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { failedCalls } from './failed-calls.js';

const cluster = sharedCluster();
const replicas = new Replicas(cluster);

describe('a release without any running replica', { skip: skipUnlessLocal(cluster) }, () => {
  let namespace: string;

  before(async () => {
    namespace = await cluster.namespace('shop', OPTED_IN);
    await cluster.kubectl('run', 'web', '--image', PEER_IMAGE, '--namespace', namespace, '--', 'app');
    await cluster.wait('condition=Ready', 'pod/web', namespace);
  });
  after(async () => {
    await cluster.kubectl('label', 'namespace', RELEASE, 'proxy-injection-');
    await cluster.install(VALUES);
    await cluster.deleteNamespaces(namespace);
  });

  it('starts, even in a namespace that opted in, because the webhook is not called for its own Pods', async (t) => {
    await cluster.kubectl('label', 'namespace', RELEASE, 'proxy-injection=enabled');
    await replicas.takeDown(VALUES);
    const before = await failedCalls(cluster, 'rejection_count');
    await until(async () => outcome(await dryRun(cluster, namespace)).includes('failed calling webhook'));
    assert.ok((await failedCalls(cluster, 'rejection_count')) > before);
    const down = Date.now();
    await cluster.install(VALUES);
    t.diagnostic(`both replicas were ready ${Date.now() - down} ms after the upgrade started`);
    assert.deepEqual((await replicas.list()).map(isInjected), [false, false]);
    await until(async () => outcome(await dryRun(cluster, namespace)) === 'injected');
  });

  it('recovers from a restart of the node, and so do injected Pods', async (t) => {
    const before = await replicas.list();
    const stopped = Date.now();
    await cluster.local?.restartNode();
    await until(async () => {
      const pods = [...(await replicas.list()), ...(await cluster.pods(namespace))];
      return pods.length === 3 && pods.every(hasRestarted);
    });
    t.diagnostic(`all Pods were ready ${Date.now() - stopped} ms after the node was killed`);
    await replicas.settled();
    await until(async () => outcome(await dryRun(cluster, namespace)) === 'injected');
    assert.deepEqual(names(await replicas.list()), names(before));
  });
});

function hasRestarted({ status }: KubernetesObject): boolean {
  return status.containerStatuses.every(
    ({ ready, restartCount }: KubernetesObject) => ready && restartCount > 0,
  );
}

function names(pods: readonly KubernetesObject[]): string[] {
  return pods.map(({ metadata }) => metadata.name).sort();
}
