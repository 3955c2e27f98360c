import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import { OPTED_IN } from '../cluster.js';
import type { LocalCluster } from '../local-cluster/local-cluster.js';
import { RELEASE } from '../release.js';
import { Replicas } from '../replicas.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { CreationStream, LEAST_CREATIONS, MOST_LOST } from './stream.js';

/**
 * A replica that ends without warning loses creations: those in progress, and new connections until its address is
 * removed from the Service. They are rejected, never admitted without a proxy. The tests print and limit their number.
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

  /** Ends each replica once during the stream, and waits until it or another one is ready. */
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
      assert.ok(counts.lostInAll <= MOST_LOST, `${counts.lostInAll} lost`);
      assert.ok(counts.injected >= LEAST_CREATIONS - MOST_LOST);
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

  it('loses creations, but admits none without a proxy, when its Pod is force-deleted', (t) =>
    endEach(t, async ({ metadata }) => {
      const now = ['--grace-period=0', '--force'];
      await cluster.kubectl('delete', 'pod', metadata.name, '--namespace', RELEASE, ...now);
    }));

  it(
    'loses creations, but admits none without a proxy, when it is killed',
    { skip: skipUnlessLocal(cluster) },
    (t) =>
      endEach(t, ({ status }) =>
        (cluster.local as LocalCluster).kill(status.containerStatuses[0].containerID),
      ),
  );
});
