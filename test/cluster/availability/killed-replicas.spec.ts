import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import { OPTED_IN } from '../cluster.js';
import type { LocalCluster } from '../local-cluster/local-cluster.js';
import { RELEASE } from '../release.js';
import { Replicas } from '../replicas.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { CreationStream } from './stream.js';

/**
 * Without a warning to anybody, creations are lost: those that the replica had in hand, and those of new connections to
 * it until its address is out of the Service. They are refused, never let in without a proxy, and the tests tell how
 * many they are.
 */
describe('a replica that ends without warning', () => {
  const cluster = sharedCluster();
  const replicas = new Replicas(cluster);
  let stream: CreationStream;

  before(async () => {
    await replicas.settled();
    stream = new CreationStream(cluster.kubeconfig, await cluster.namespace('killed', OPTED_IN));
  });
  after(async () => {
    stream.close();
    await cluster.deleteNamespaces(stream.namespace);
  });

  /** Ends each replica once under the stream and waits for it, or another, to be ready. */
  async function endEach(t: TestContext, end: (pod: KubernetesObject) => Promise<void>): Promise<void> {
    for (const pod of await replicas.list()) {
      const counts = await stream.during(
        async () => {
          await end(pod);
          await until(async () => !(await replicas.isReady(pod)));
          await replicas.settled();
        },
        (line) => t.diagnostic(line),
      );
      assert.deepEqual(counts.unavailable, {});
      assert.ok(counts.injected > 0);
      for (const reason of Object.keys(counts.lost)) {
        assert.match(reason, /^500 Internal error occurred: failed calling webhook/);
      }
    }
    const counts = await stream.during(
      () => stream.createMore(),
      () => {},
    );
    assert.deepEqual(counts.lost, {});
  }

  it('refuses what it loses when its Pod is deleted by force, and lets none in without a proxy', (t) =>
    endEach(t, async ({ metadata }) => {
      const now = ['--grace-period=0', '--force'];
      await cluster.kubectl('delete', 'pod', metadata.name, '--namespace', RELEASE, ...now);
    }));

  it(
    'refuses what it loses when it is killed, and lets none in without a proxy',
    { skip: skipUnlessLocal(cluster) },
    (t) =>
      endEach(t, ({ status }) =>
        (cluster.local as LocalCluster).kill(status.containerStatuses[0].containerID),
      ),
  );
});
