import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { until } from '../../support/until.js';
import { OPTED_IN } from '../cluster.js';
import type { LocalCluster } from '../local-cluster/local-cluster.js';
import { NODE } from '../local-cluster/node.js';
import { RELEASE, Release } from '../release.js';
import { type Metrics, Replicas } from '../replicas.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { isSameKey, issued, isTrusted, renew } from './certificates.js';
import { cutWatches } from './cut-watches.js';
import { isInjectedOnce } from './outcome.js';
import { CreationStream } from './stream.js';

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
  const configHash = async () => new Set((await replicas.metrics()).map(hash));

  /** Lets something happen under the stream: each creation has to succeed, and to be injected exactly once. */
  async function losesNoCreation(t: TestContext, disruption: () => Promise<void>): Promise<void> {
    const counts = await stream.during(disruption, (line) => t.diagnostic(line));
    assert.deepEqual([counts.lost, counts.unavailable], [{}, {}]);
    assert.ok(counts.injected > 0);
  }

  it('loses none in rolling updates: an upgrade by Helm and a rollback', (t) =>
    losesNoCreation(t, async () => {
      await release.apply(OTHER_TEMPLATE);
      assert.equal((await release.helm('rollback', RELEASE, '--wait')).status, 0);
      await replicas.settled();
    }));

  it('loses none when there are more replicas, then one, then two', (t) =>
    losesNoCreation(t, async () => {
      for (const count of [4, 1, 2]) {
        await inRelease('scale', `deployment/${RELEASE}`, `--replicas=${count}`);
        await replicas.settled(count);
      }
    }));

  // There is one node: what is evicted comes back when it takes Pods again, and the last one goes only then.
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

  /** Has both renewed, where the CA keeps its key or not. */
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

  it('loses none when its CA is renewed, which keeps its key, and then the certificate', (t) =>
    losesNoCreation(t, () => renewBoth('Never')));

  // cert-manager adds the new CA to those that are trusted (from 1.19 on), in the moment in which the Pods may have a
  // certificate of it.
  it('loses none but for want of trust when its CA gets a new key', async (t) => {
    const counts = await stream.during(
      () => renewBoth('Always'),
      (line) => t.diagnostic(line),
    );
    const reasons = Object.keys(counts.lost);
    assert.deepEqual(
      reasons.filter((reason) => !reason.includes('x509')),
      [],
    );
    assert.ok(counts.injected > 0);
  });

  it('loses none when the configuration changes, is broken, and is repaired', (t) =>
    losesNoCreation(t, async () => {
      const [before] = await configHash();
      const names = await replicas.names();
      await release.apply(OTHER_CONFIG);
      await replicas.untilMetrics((metrics) => hash(metrics) !== before);
      const [other] = await configHash();
      const broken = JSON.stringify({ data: { 'config.yaml': 'proxy: {' } });
      await inRelease('patch', 'configmap', RELEASE, '--type=merge', '--patch', broken);
      const usable = 'proxy_injector_config_last_reload_successful';
      await replicas.untilMetrics((metrics) => metrics.get(usable) === 0 && hash(metrics) === other);
      // kubectl has made the field its own: Helm 4 would leave it to kubectl.
      await release.apply(VALUES, '--force-conflicts');
      await replicas.untilMetrics((metrics) => metrics.get(usable) === 1 && hash(metrics) === before);
      assert.deepEqual(await replicas.names(), names);
    }));

  it(
    'loses none when the watch of the namespaces is cut, and heeds them after',
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

  it('loses none to the webhook when the API server restarts', {
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

/** The hash of the configuration that is in use. */
function hash(metrics: Metrics): string | undefined {
  return [...metrics.keys()].find((name) => name.startsWith('proxy_injector_config_info{'));
}

/** Whether a replica serves a certificate. */
function serves({ expirySeconds }: { readonly expirySeconds: number }): (metrics: Metrics) => boolean {
  return (metrics) => metrics.get('proxy_injector_certificate_expiry_timestamp_seconds') === expirySeconds;
}
