import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makePair } from '../../http/tls/pairs.js';
import type { Prometheus } from '../../monitoring/prometheus.js';
import { until } from '../../support/until.js';
import { OPTED_IN } from '../cluster.js';
import { dryRun, outcome } from '../dry-run.js';
import type { LocalCluster } from '../local-cluster/local-cluster.js';
import { fires, startPrometheus } from '../prometheus.js';
import { RELEASE } from '../release.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { failedCallMessage, failedCalls } from './failed-calls.js';

const cluster = sharedCluster();

describe('a caBundle without the CA of the certificate', { skip: skipUnlessLocal(cluster) }, () => {
  const certManager = (cluster.local as LocalCluster)?.daemon('cert-manager');
  let prometheus: Prometheus;
  let namespace: string;

  before(async () => {
    [namespace] = await Promise.all([cluster.namespace('untrusted', OPTED_IN), certManager.stop()]);
    prometheus = await startPrometheus(cluster);
  });
  after(async () => {
    if (!(await certManager.isRunning())) await certManager.start();
    await until(async () => outcome(await dryRun(cluster, namespace)) === 'injected');
    await cluster.deleteNamespaces(namespace);
    await prometheus?.stop();
  });

  it('makes the API server reject Pods, with a reason, and count them', async () => {
    const { cert } = await makePair({ commonName: 'another CA', ca: true });
    const value = Buffer.from(cert).toString('base64');
    const patch = [0, 1].map((index) => ({
      op: 'replace',
      path: `/webhooks/${index}/clientConfig/caBundle`,
      value,
    }));
    await cluster.kubectl(
      ...['patch', 'mutatingwebhookconfiguration', RELEASE],
      '--type=json',
      `--patch=${JSON.stringify(patch)}`,
    );
    const failedCall = failedCallMessage(
      /tls: failed to verify certificate: x509: certificate signed by unknown authority/,
    );
    await until(async () => failedCall.test(outcome(await dryRun(cluster, namespace))));
    const before = await failedCalls(cluster, 'rejection_count');
    await dryRun(cluster, namespace);
    assert.equal(await failedCalls(cluster, 'rejection_count'), before + 1);
  });

  it("fires only the alert on the API server's metrics, because the replicas are healthy", async () => {
    await fires(prometheus, ['ProxyInjectorCallsFail'], () => dryRun(cluster, namespace));
    await until(
      async () => (await prometheus.query('sum(up{namespace="proxy-injector"})'))[0]?.value[1] === '2',
    );
    // Other alerts fire before the first scrape, and if a scrape is late.
    await until(async () => (await prometheus.firing()).join() === 'ProxyInjectorCallsFail');
  });

  it('is fixed by cert-manager once it runs, which adds its CA to the existing bundle', async () => {
    await certManager.start();
    await until(async () => outcome(await dryRun(cluster, namespace)) === 'injected');
    const { webhooks } = await cluster.get('mutatingwebhookconfiguration', RELEASE);
    const { data } = await cluster.get('secret', `${RELEASE}-tls`, '--namespace', RELEASE);
    for (const { clientConfig } of webhooks) {
      assert.ok(decoded(clientConfig.caBundle).includes(decoded(data['ca.crt']).trim()));
    }
  });
});

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
