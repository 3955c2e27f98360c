import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubernetesObject } from '../../chart/chart.js';
import type { Prometheus } from '../../monitoring/prometheus.js';
import { until } from '../../support/until.js';
import { OPTED_IN } from '../cluster.js';
import { dryRun, isInjected, outcome } from '../dry-run.js';
import { expected, guarded, NEVER_ASKED, verdictOn } from '../guard/verdict.js';
import { PEER_IMAGE } from '../local-cluster/images.js';
import { fires, startPrometheus } from '../prometheus.js';
import { RELEASE } from '../release.js';
import { Replicas } from '../replicas.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { failedCallMessage, failedCalls } from './failed-calls.js';

const cluster = sharedCluster();
const replicas = new Replicas(cluster);

describe('with no replica up', { skip: skipUnlessLocal(cluster) }, () => {
  let prometheus: Prometheus;
  let optedIn: string;
  let others: string;
  const namespaces: string[] = [];

  before(async () => {
    [optedIn, others] = await Promise.all([
      cluster.namespace('no-replica', OPTED_IN),
      cluster.namespace('no-replica'),
      replicas.takeDown(VALUES),
    ]);
    prometheus = await startPrometheus(cluster);
  });
  after(async () => {
    await cluster.install(VALUES);
    await prometheus?.stop();
    await cluster.deleteNamespaces(optedIn, others, ...namespaces);
  });

  describe('and failurePolicy Fail', () => {
    // kube-proxy removes the addresses of replicas some time after they are gone.
    before(() => until(async () => isFailedCall(outcome(await dryRun(cluster, optedIn)))));

    it('rejects a Pod, and kubectl prints why', async () => {
      const args = ['run', 'web', '--image', PEER_IMAGE, '--namespace', optedIn];
      const { status, stderr } = await cluster.tryKubectl(args);
      assert.equal(status, 1);
      const failedCall = failedCallMessage(/dial tcp 10\.96\.[\d.]+:443: connect: connection refused/);
      assert.match(
        stderr,
        new RegExp(
          `^Error from server \\(InternalError\\): Internal error occurred: ${failedCall.source}\n$`,
        ),
      );
    });

    it('rejects each creation, and the API server counts it', async () => {
      const before = await failedCalls(cluster, 'rejection_count');
      const answers = await Promise.all(Array.from({ length: 10 }, () => dryRun(cluster, optedIn)));
      for (const answer of answers) assert.match(outcome(answer), failedCallMessage(/.*connection refused/));
      assert.equal(await failedCalls(cluster, 'rejection_count'), before + 10);
    });

    it('admits Pods that the webhook is not called for', async () => {
      const optedOut = { labels: { 'proxy-injection': 'disabled' } };
      const answers = [
        dryRun(cluster, others),
        dryRun(cluster, optedIn, optedOut),
        ...[RELEASE, 'kube-system'].map((namespace) =>
          dryRun(cluster, namespace, { labels: OPTED_IN.labels }),
        ),
      ];
      const outcomes = (await Promise.all(answers)).map(outcome);
      assert.deepEqual(
        outcomes,
        outcomes.map(() => 'without a proxy'),
      );
    });

    it('shows in the events of controllers, which create injected Pods once replicas are ready', async (t) => {
      await cluster.apply([deployment('web'), job('task')], optedIn);
      await Promise.all(
        [`ReplicaSet`, `Job`].map((kind) => until(async () => (await failures(kind)).some(isFailedCall))),
      );
      assert.deepEqual(await cluster.pods(optedIn), []);
      await fires(prometheus, ['ProxyInjectorAbsent', 'ProxyInjectorCallsFail'], () =>
        dryRun(cluster, optedIn),
      );
      await cluster.install(VALUES);
      const up = Date.now();
      await until(async () => (await cluster.pods(optedIn)).length === 4);
      t.diagnostic(`controllers created their Pods ${Date.now() - up} ms after both replicas were ready`);
      assert.ok((await cluster.pods(optedIn)).every(isInjected));
    });
  });

  /** The messages of FailedCreate events. */
  async function failures(kind: string): Promise<string[]> {
    const selector = `reason=FailedCreate,involvedObject.kind=${kind}`;
    const { items } = await cluster.get('events', '--namespace', optedIn, '--field-selector', selector);
    return items.map(({ message }: KubernetesObject) => message);
  }

  describe('and failurePolicy Ignore', () => {
    const values = { ...VALUES, webhook: { failurePolicy: 'Ignore' } };
    before(() => replicas.takeDown(values));

    it('admits Pods without a proxy, and the API server counts them', async () => {
      const before = await failedCalls(cluster, 'fail_open_count');
      const outcomes = (await Promise.all(Array.from({ length: 10 }, () => dryRun(cluster, optedIn)))).map(
        outcome,
      );
      assert.deepEqual(
        outcomes,
        outcomes.map(() => 'without a proxy'),
      );
      assert.equal(await failedCalls(cluster, 'fail_open_count'), before + 10);
    });

    for (const action of ['deny', 'warn'] as const) {
      it(`lets the guard act where a namespace wants it to: ${action}`, async () => {
        const guardedNamespace = await cluster.namespace('no-replica', { labels: guarded(action) });
        namespaces.push(guardedNamespace);
        assert.deepEqual(await verdictOn(cluster, guardedNamespace), expected(action, NEVER_ASKED));
      });
    }

    it('leaves them without a proxy until they are recreated', async () => {
      await cluster.apply([deployment('late')], optedIn);
      const late = () => cluster.pods(optedIn, 'app=late');
      await until(async () => (await late()).length === 2);
      const opened = 'increase(apiserver_admission_webhook_fail_open_count[10m]) > 0'; // part of the alert's expression
      await until(async () => {
        await dryRun(cluster, optedIn);
        return (await prometheus.query(opened)).length > 0;
      });
      await fires(prometheus, ['ProxyInjectorAbsent', 'ProxyInjectorCallsFail']);
      await cluster.install(values);
      await until(async () => outcome(await dryRun(cluster, optedIn)) === 'injected');
      assert.deepEqual((await late()).map(isInjected), [false, false]);
      await cluster.kubectl('delete', 'pods', '--selector', 'app=late', '--namespace', optedIn);
      await until(async () => (await late()).filter(isInjected).length === 2);
    });
  });
});

const isFailedCall = (message: string) => failedCallMessage(/.*connection refused/).test(message);

function deployment(name: string): KubernetesObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: spec('Always') },
    },
  };
}

function job(name: string): KubernetesObject {
  const template = { spec: spec('Never') };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { parallelism: 2, template } };
}

function spec(restartPolicy: string): object {
  return {
    restartPolicy,
    schedulingGates: [{ name: 'test/never' }], // only their creation matters
    containers: [{ name: 'web', image: PEER_IMAGE, args: ['app'] }],
  };
}
