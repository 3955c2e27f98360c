import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import { OPTED_IN } from '../cluster.js';
import { PEER_IMAGE } from '../local-cluster/images.js';
import { sharedCluster } from '../shared-cluster.js';
import { heldPod, INJECTED, injectedInto, podsPath } from './pods.js';

describe('an unusual Pod', () => {
  const cluster = sharedCluster();
  let namespace: string;

  before(async () => {
    namespace = await cluster.namespace('special', OPTED_IN);
  });
  after(() => cluster.deleteNamespaces(namespace));

  it('keeps all of its 2,000 environment variables', async (t) => {
    const env = Array.from({ length: 2000 }, (_, index) => ({
      name: `VARIABLE_${index}`,
      value: `${index}`,
    }));
    const containers = [{ name: 'app', image: PEER_IMAGE, env }];
    const started = performance.now();
    const { status, object } = await cluster.api.post(
      podsPath(namespace),
      heldPod('large', {}, { containers }),
    );
    t.diagnostic(`created in ${(performance.now() - started).toFixed(0)} ms`);
    assert.equal(status, 201);
    assert.deepEqual(injectedInto(object), INJECTED);
    assert.deepEqual(object.spec.containers[0].env, env);
  });

  it('gets an ephemeral container while it runs, and does not change otherwise', async () => {
    const running = heldPod('web', {}, { schedulingGates: [] });
    await cluster.apply([running], namespace);
    await cluster.wait('condition=Ready', 'pod/web', namespace);
    const before = await cluster.get('pod', 'web', '--namespace', namespace);
    assert.deepEqual(injectedInto(before), INJECTED);

    const debug = ['debug', 'web', '--namespace', namespace, '--container', 'debugger'];
    const { status, stderr } = await cluster.tryKubectl([
      ...debug,
      '--image',
      PEER_IMAGE,
      '--',
      '/peer',
      'pause',
    ]);
    assert.equal(status, 0, stderr);
    let after: KubernetesObject;
    await until(async () => {
      after = await cluster.get('pod', 'web', '--namespace', namespace);
      return after.status.ephemeralContainerStatuses?.[0].state.running !== undefined;
    });
    const { ephemeralContainers, ...rest } = after.spec;
    assert.deepEqual(
      ephemeralContainers.map(({ name }: { name: string }) => name),
      ['debugger'],
    );
    assert.deepEqual(rest, before.spec);
    assert.deepEqual(after.metadata.annotations, before.metadata.annotations);
  });
});
