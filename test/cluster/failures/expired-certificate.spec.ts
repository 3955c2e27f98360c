import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DAY_MS } from '../../http/tls/pairs.js';
import type { Prometheus } from '../../monitoring/prometheus.js';
import { until } from '../../support/until.js';
import { OPTED_IN } from '../cluster.js';
import { dryRun, outcome } from '../dry-run.js';
import type { LocalCluster } from '../local-cluster/local-cluster.js';
import { fires, startPrometheus } from '../prometheus.js';
import { RELEASE } from '../release.js';
import { Replicas } from '../replicas.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { certificateUntil, replaceCertificate } from './certificate-pair.js';
import { failedCallMessage } from './failed-calls.js';

const cluster = sharedCluster();
const replicas = new Replicas(cluster);
const EXPIRY = 'proxy_injector_certificate_expiry_timestamp_seconds';

describe('an expired certificate', { skip: skipUnlessLocal(cluster) }, () => {
  const certManager = (cluster.local as LocalCluster)?.daemon('cert-manager');
  let prometheus: Prometheus;
  let namespace: string;

  before(async () => {
    [namespace] = await Promise.all([cluster.namespace('expired', OPTED_IN), certManager.stop()]);
    prometheus = await startPrometheus(cluster);
  });
  after(async () => {
    if (!(await certManager.isRunning())) await certManager.start();
    await until(async () => outcome(await dryRun(cluster, namespace)) === 'injected');
    await replicas.settled();
    await cluster.deleteNamespaces(namespace);
    await prometheus?.stop();
  });

  it('does not replace a valid one in running replicas', async () => {
    await replaceCertificate(cluster, await certificateUntil(cluster, new Date(Date.now() - DAY_MS)));
    await fires(prometheus, ['ProxyInjectorCertificateReloadFailed']);
    assert.equal(outcome(await dryRun(cluster, namespace)), 'injected');
    assert.deepEqual(await readiness(), ['ok', 'ok']);
  });

  it('makes replicas unready when it is the one they serve with', async () => {
    const end = new Date(Math.ceil(Date.now() / 1000 + 25) * 1000);
    await replaceCertificate(cluster, await certificateUntil(cluster, end));
    await until(async () => (await prometheus.query(`${EXPIRY} == ${end.getTime() / 1000}`)).length === 2);
    assert.equal(outcome(await dryRun(cluster, namespace)), 'injected');
    await fires(prometheus, ['ProxyInjectorCertificateExpiresSoon', 'ProxyInjectorCertificateExpiresToday']);
    await until(async () => (await replicas.list()).every(isUnready));
  });

  it('keeps replicas that start with it unready, with a reason, and creations are rejected', async () => {
    await replicas.remove();
    await until(async () =>
      (await readiness()).every((each) => /certificate.*valid from .* to /s.test(each)),
    );
    const failedCall = failedCallMessage(/.*connection refused/);
    await until(async () => failedCall.test(outcome(await dryRun(cluster, namespace))));
    await fires(prometheus, ['ProxyInjectorCertificateExpiresToday', 'ProxyInjectorCallsFail'], () =>
      dryRun(cluster, namespace),
    );
  });

  it('is replaced once cert-manager runs, and replicas reload the new one without a restart', async () => {
    const before = (await replicas.list()).map(({ metadata }) => metadata.uid);
    await certManager.start();
    await until(async () => outcome(await dryRun(cluster, namespace)) === 'injected');
    await replicas.settled();
    const pods = await replicas.list();
    assert.deepEqual(
      pods.map(({ metadata }) => metadata.uid),
      before,
    );
    assert.deepEqual(
      pods.map(({ status }) => status.containerStatuses[0].restartCount),
      [0, 0],
    );
  });

  /** The readiness of each replica: `ok`, or the body of its answer. */
  async function readiness(): Promise<string[]> {
    const pods = await replicas.list();
    const path = (name: string) => `/api/v1/namespaces/${RELEASE}/pods/${name}:8080/proxy/readyz`;
    const answers = await Promise.all(pods.map(({ metadata }) => cluster.api.get(path(metadata.name))));
    return answers.map(({ status, object }) => (status === 200 ? 'ok' : JSON.stringify(object)));
  }
});

function isUnready({ status }: { status: { conditions: { type: string; status: string }[] } }): boolean {
  return status.conditions.find(({ type }) => type === 'Ready')?.status === 'False';
}
