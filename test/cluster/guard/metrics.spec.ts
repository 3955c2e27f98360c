import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubernetesObject } from '../../chart/chart.js';
import { interpolate, queriesOf, readDashboard } from '../../monitoring/dashboard.js';
import type { Prometheus } from '../../monitoring/prometheus.js';
import { until } from '../../support/until.js';
import { dryRun } from '../dry-run.js';
import { fires, startPrometheus } from '../prometheus.js';
import { Release } from '../release.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { guarded } from './verdict.js';
import { RECOMMENDED, WEBHOOKS } from './webhooks.js';

const cluster = sharedCluster();
const release = new Release(cluster.kubeconfig);
const FAILING = 'failing';
const API_VERSION = 'admissionregistration.k8s.io/v1';
const RULE = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };

describe("the API server's metrics of policies", { skip: skipUnlessLocal(cluster) }, () => {
  let prometheus: Prometheus;
  const namespaces: string[] = [];

  before(async () => {
    await release.apply(RECOMMENDED);
    for (const action of ['deny', 'warn', 'audit']) {
      namespaces.push(await cluster.namespace(`guard-${action}`, { labels: guarded(action) }));
    }
    prometheus = await startPrometheus(cluster);
  });
  after(async () => {
    await prometheus?.stop();
    await remove(failingMutation(''));
    await release.apply(VALUES);
    await cluster.deleteNamespaces(...namespaces);
  });

  const create = () => Promise.all(namespaces.map((namespace) => dryRun(cluster, namespace)));
  const ofGuard = () =>
    prometheus.firing().then((firing) => firing.filter((each) => /Guard|Policy/.test(each)));

  it('fire no alert while the injector is asked', async () => {
    await create();
    await until(async () => (await prometheus.rules()).every(({ health }) => health !== 'unknown'));
    assert.deepEqual(await ofGuard(), []);
  });

  it('fire an alert while it is not, and are on the dashboard', async () => {
    await cluster.kubectl('delete', ...WEBHOOKS);
    await fires(prometheus, ['ProxyInjectorGuardActs'], create);
    assert.deepEqual(await ofGuard(), ['ProxyInjectorGuardActs']);
    await seen('Pods that the injector was never asked about', create);
  });

  it('fire an alert about mutations that fail', async () => {
    const namespace = namespaces.at(-1) ?? ''; // where the guard denies nothing
    await cluster.apply(failingMutation(namespace));
    const failing = async () => (await dryRun(cluster, namespace)).status !== 201;
    await until(failing);
    await fires(prometheus, ['ProxyInjectorPolicyFails'], failing);
    await seen('Errors of policies', failing, ({ legendFormat }) => legendFormat === 'mutation fails');
  });

  /** Waits until the queries of a panel have values above zero. */
  async function seen(
    title: string,
    meanwhile: () => Promise<unknown>,
    isMeant: (target: { readonly legendFormat: string }) => boolean = () => true,
  ): Promise<void> {
    const queries = queriesOf(readDashboard()).filter(
      ({ panel, target }) => panel.title === title && isMeant(target),
    );
    assert.ok(queries.length > 0);
    for (const { target } of queries) {
      await until(async () => {
        await meanwhile();
        const [series] = await prometheus.query(interpolate(target.expr, '2m'));
        return Number(series?.value[1]) > 0;
      });
    }
  }
});

/** A policy that is named like one which injects, and adds to what does not exist. */
function failingMutation(namespace: string): KubernetesObject[] {
  const expression = "[JSONPatch{op: 'add', path: '/spec/nothing/here', value: 'x'}]";
  const spec = {
    matchConstraints: { resourceRules: [RULE] },
    reinvocationPolicy: 'IfNeeded',
    mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression } }],
  };
  return [
    { apiVersion: API_VERSION, kind: 'MutatingAdmissionPolicy', metadata: { name: FAILING }, spec },
    {
      apiVersion: API_VERSION,
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: { name: `${FAILING}-namespaces` },
      spec: {
        policyName: FAILING,
        matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
      },
    },
  ];
}

async function remove(objects: readonly KubernetesObject[]): Promise<void> {
  const { status, stderr } = await cluster.tryKubectl(['delete', '--ignore-not-found', '-f', '-'], objects);
  assert.equal(status, 0, stderr);
}
