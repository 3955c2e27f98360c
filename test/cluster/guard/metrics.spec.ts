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
const SLOW = 'slow-guard';
const POLICIES = ['validatingadmissionpolicy', 'validatingadmissionpolicybinding'] as const;

describe("the API server's metrics of the guard", { skip: skipUnlessLocal(cluster) }, () => {
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
    await cluster.kubectl('delete', '--ignore-not-found', POLICIES[0], SLOW);
    await cluster.kubectl('delete', '--ignore-not-found', POLICIES[1], `${SLOW}-namespaces-deny`);
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

  it('fire an alert about expressions that cost too much', async () => {
    const [namespace = ''] = namespaces;
    await cluster.apply(slowGuard(namespace));
    const tooSlow = async () => {
      const { status, object } = await dryRun(cluster, namespace);
      return status !== 201 && /out of cost budget/.test(object.message);
    };
    await until(tooSlow);
    await fires(prometheus, ['ProxyInjectorPolicyFails'], tooSlow);
    await seen('Errors of policies', tooSlow, ({ legendFormat }) => legendFormat === 'costs too much');
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
        const [series] = await prometheus.query(interpolate(target.expr, '10s'));
        return Number(series?.value[1]) > 0;
      });
    }
  }
});

/** A policy that is named like a guard, with loops that cost more than all of a policy may, but none too much alone. */
function slowGuard(namespace: string): KubernetesObject[] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const numbers = (length: number) => `[${Array.from({ length }, (_, number) => number).join()}]`;
  const expression = `${numbers(100)}.all(a, ${numbers(100)}.all(b, ${numbers(8)}.all(c, a + b + c >= 0)))`;
  const validations = Array.from({ length: 24 }, () => ({ expression }));
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: SLOW },
      spec: { matchConstraints: { resourceRules: [rule] }, validations },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: `${SLOW}-namespaces-deny` },
      spec: {
        policyName: SLOW,
        validationActions: ['Deny'],
        matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
      },
    },
  ];
}
