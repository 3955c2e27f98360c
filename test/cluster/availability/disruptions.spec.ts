import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { until } from '../../support/until.js';
import { OPTED_IN } from '../cluster.js';
import type { LocalCluster } from '../local-cluster/local-cluster.js';
import { NODE } from '../local-cluster/node.js';
import { RELEASE, Release } from '../release.js';
import { configHashIn, type Metrics, Replicas } from '../replicas.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { isSameKey, issued, isTrusted, renew } from './certificates.js';
import { cutWatches } from './cut-watches.js';
import { isInjectedOnce } from './outcome.js';
import { CreationStream, LEAST_CREATIONS, MOST_LOST } from './stream.js';

const OTHER_TEMPLATE = { ...VALUES, podAnnotations: { 'test/upgrade': 'other' } };
const OTHER_CONFIG = {
  ...VALUES,
  config: { ...VALUES.config, proxy: { ...VALUES.config.proxy, logLevel: 'debug' } },
};

describe('a steady stream of creations', () => {
  const cluster = sharedCluster();
  const release = new Release(cluster.kubeconfig);
  const replicas = new Replicas(cluster);
  let stream: CreationStream;

  before(async () => {
    await replicas.settled();
    stream = new CreationStream(cluster.kubeconfig, await cluster.namespace('stream', OPTED_IN));
  });
  after(async () => {
    stream.close();
    await cluster.deleteNamespaces(stream.namespace);
    await release.apply(VALUES, '--force-conflicts');
  });

  const inRelease = (...args: string[]) => cluster.kubectl(...args, '--namespace', RELEASE);
  const configHash = async () => new Set((await replicas.metrics()).map(configHashIn));

  /** Causes a disruption during the stream. Each creation must succeed and be injected exactly once. */
  async function losesNoCreation(t: TestContext, disruption: () => Promise<void>): Promise<void> {
    const counts = await stream.during(disruption, (line) => t.diagnostic(line));
    assert.deepEqual([counts.lost, counts.unavailable], [{}, {}]);
    assert.ok(counts.injected >= LEAST_CREATIONS);
  }

  it('loses none in rolling updates: a Helm upgrade and a rollback', (t) =>
    losesNoCreation(t, async () => {
      await release.apply(OTHER_TEMPLATE);
      assert.equal((await release.helm('rollback', RELEASE, '--wait')).status, 0);
      await replicas.settled();
    }));

  it('loses none when scaled to four replicas, then one, then two', (t) =>
    losesNoCreation(t, async () => {
      for (const count of [4, 1, 2]) {
        await inRelease('scale', `deployment/${RELEASE}`, `--replicas=${count}`);
        await replicas.settled(count);
      }
    }));

  // The only node is drained: an evicted Pod is replaced, and the last one evicted, only after uncordoning it.
  it('loses none when the node is drained', { skip: skipUnlessLocal(cluster) }, (t) =>
    losesNoCreation(t, async () => {
      const before = await replicas.names();
      const selector = '--pod-selector=app.kubernetes.io/component=webhook';
      const drain = cluster.tryKubectl(['drain', NODE, selector, '--ignore-daemonsets', '--timeout=120s']);
      try {
        await until(async () => (await replicas.list()).some(({ status }) => status.phase === 'Pending'));
      } finally {
        await cluster.kubectl('uncordon', NODE);
      }
      const { status, stderr } = await drain;
      assert.equal(status, 0, stderr);
      assert.match(stderr, /Cannot evict pod as it would violate the pod's disruption budget/);
      await replicas.settled();
      assert.deepEqual(
        (await replicas.names()).filter((name) => before.includes(name)),
        [],
      );
    }),
  );

  it('loses none when the certificate is renewed', (t) =>
    losesNoCreation(t, async () => {
      await renew(cluster, RELEASE);
      await replicas.untilMetrics(serves(await issued(cluster)));
    }));

  /** Renews the CA, which keeps its key or not, and then the certificate. */
  async function renewBoth(rotationPolicy: 'Never' | 'Always'): Promise<void> {
    await release.apply({ ...VALUES, tls: { certManager: { ca: { rotationPolicy } } } });
    const before = await issued(cluster);
    await renew(cluster, `${RELEASE}-ca`);
    await renew(cluster, RELEASE);
    const after = await issued(cluster);
    assert.equal(isSameKey(before.ca, after.ca), rotationPolicy === 'Never');
    assert.notEqual(after.ca, before.ca);
    await until(() => isTrusted(cluster, after.ca));
    await replicas.untilMetrics(serves(after));
  }

  it('loses none when the CA, with the same key, and then the certificate are renewed', (t) =>
    losesNoCreation(t, () => renewBoth('Never')));

  // cert-manager (from 1.19 on) adds the new CA to the caBundle at about the time when Pods may already have a
  // certificate from it, so some calls may fail.
  it('loses few creations, and only to x509 errors, when the CA gets a new key', async (t) => {
    const counts = await stream.during(
      () => renewBoth('Always'),
      (line) => t.diagnostic(line),
    );
    const reasons = Object.keys(counts.lost);
    assert.deepEqual(
      reasons.filter((reason) => !reason.includes('x509')),
      [],
    );
    assert.ok(counts.lostInAll <= MOST_LOST, `${counts.lostInAll} lost`);
    assert.ok(counts.injected >= LEAST_CREATIONS - MOST_LOST);
  });

  it('loses none when the configuration changes, becomes invalid, and is fixed', (t) =>
    losesNoCreation(t, async () => {
      const [before] = await configHash();
      const names = await replicas.names();
      await release.apply(OTHER_CONFIG);
      await replicas.untilMetrics((metrics) => configHashIn(metrics) !== before);
      const [other] = await configHash();
      const broken = JSON.stringify({ data: { 'config.yaml': 'proxy: {' } });
      await inRelease('patch', 'configmap', RELEASE, '--type=merge', '--patch', broken);
      const usable = 'proxy_injector_config_last_reload_successful';
      await replicas.untilMetrics((metrics) => metrics.get(usable) === 0 && configHashIn(metrics) === other);
      // kubectl now manages the field: without the flag, Helm 4 would leave it to kubectl.
      await release.apply(VALUES, '--force-conflicts');
      await replicas.untilMetrics((metrics) => metrics.get(usable) === 1 && configHashIn(metrics) === before);
      assert.deepEqual(await replicas.names(), names);
    }));

  it(
    'loses none when the namespace watch is cut, and sees later changes',
    { skip: skipUnlessLocal(cluster) },
    (t) =>
      losesNoCreation(t, async () => {
        const pods = await replicas.list();
        const { sandbox } = cluster.local as LocalCluster;
        await cutWatches(
          sandbox,
          pods.map(({ status }) => status.podIP),
        );
        const namespace = await cluster.namespace('after', OPTED_IN);
        await cluster.kubectl('annotate', 'namespace', namespace, 'proxy-injection=disabled');
        for (const { metadata } of pods) {
          await until(
            async () => (await replicas.reasonOf(metadata.name, namespace)) === 'namespace-disabled',
          );
        }
        await cluster.deleteNamespaces(namespace);
      }),
  );

  it('loses none in the webhook when the API server restarts', {
    skip: skipUnlessLocal(cluster),
  }, async (t) => {
    const server = cluster.local?.daemon('kube-apiserver');
    const counts = await stream.during(
      async () => {
        await server?.stop('KILL');
        await server?.start();
        await server?.until(async () => (await cluster.api.get('/readyz')).status === 200);
        await replicas.settled();
      },
      (line) => t.diagnostic(line),
    );
    assert.deepEqual(counts.lost, {});
    await losesNoCreation(t, () => stream.createMore());
    const stored = await cluster.pods(stream.namespace);
    assert.deepEqual(
      stored.filter((pod) => !isInjectedOnce(pod)),
      [],
    );
  });
});

/** A condition on metrics: the replica serves this certificate. */
function serves({ expirySeconds }: { readonly expirySeconds: number }): (metrics: Metrics) => boolean {
  return (metrics) => metrics.get('proxy_injector_certificate_expiry_timestamp_seconds') === expirySeconds;
}
