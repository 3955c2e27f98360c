import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { REASON, STATUS } from '../../../src/core/pod/annotations.js';
import type { KubernetesObject } from '../../chart/chart.js';
import type { NamespaceMetadata } from '../cluster.js';
import { OPTED_IN } from '../cluster.js';
import { sharedCluster } from '../shared-cluster.js';
import { heldPod, INJECTED, injectedInto, podsPath } from './pods.js';

/** How often to apply a namespace together with its first Pod: often enough to lose a race now and then. */
const TIMES = 10;

describe('the first Pod of a namespace that is created in the same apply', () => {
  const cluster = sharedCluster();
  const names: string[] = [];
  after(() => cluster.deleteNamespaces(...names));

  /** Applies new namespaces with a Pod each; returns the stored Pods and kubectl's result. */
  async function firstPods(name: string, metadata: NamespaceMetadata) {
    const own = Array.from({ length: TIMES }, (_, index) => `${name}-${process.pid}-${index}`);
    names.push(...own);
    const objects = own.flatMap((namespace) => firstPod(namespace, metadata));
    const { status, stderr } = await cluster.tryKubectl(['apply', '--filename', '-'], objects);
    const stored = await Promise.all(own.map((namespace) => cluster.api.get(`${podsPath(namespace)}/web`)));
    return { status, stderr, pods: stored.map(({ object }) => object) };
  }

  it('is injected according to the annotations of both', async () => {
    const annotations = { 'proxy-injection/log-level': 'debug' };
    const { status, stderr, pods } = await firstPods('first', { ...OPTED_IN, annotations });
    assert.equal(status, 0);
    assert.equal(stderr, '');
    for (const pod of pods) {
      assert.deepEqual(injectedInto(pod), INJECTED);
      const { env, resources } = pod.spec.initContainers[1];
      assert.deepEqual(env, [{ name: 'PROXY_LOG_LEVEL', value: 'debug' }]);
      assert.equal(resources.requests.cpu, '20m');
    }
  });

  it('is skipped if the annotation of the namespace disables injection', async () => {
    const annotations = { 'proxy-injection': 'disabled' };
    const { status, stderr, pods } = await firstPods('first-disabled', { ...OPTED_IN, annotations });
    assert.equal(status, 0);
    // kubectl deduplicates warnings.
    assert.equal(stderr, 'Warning: proxy-injection: Automatic namespace injection is disabled.\n');
    for (const pod of pods) {
      assert.deepEqual(injectedInto(pod), []);
      const { [STATUS]: outcome, [REASON]: reason } = pod.metadata.annotations;
      assert.deepEqual([outcome, reason], ['skipped', 'namespace-disabled']);
    }
  });
});

/**
 * A namespace and its first Pod, with a ServiceAccount, because the namespace has none until its controller creates it.
 */
function firstPod(namespace: string, metadata: NamespaceMetadata): KubernetesObject[] {
  const own = { namespace, annotations: { 'proxy-injection/cpu-request': '20m' } };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, ...metadata } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'app', namespace } },
    heldPod('web', own, { serviceAccountName: 'app' }),
  ];
}
