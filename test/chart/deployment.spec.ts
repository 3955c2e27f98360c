import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../src/core/values/json.js';
import { find, type KubernetesObject, type Release, render } from './chart.js';

const deployment = (release: Release = {}) => find(render(release), 'Deployment').spec;
const pod = (release: Release = {}): KubernetesObject => deployment(release).template.spec;

/** The longest that the service takes to close after the drain: CLOSE_MS of the webhook. */
const CLOSE_SECONDS = 5;

describe('the Deployment', () => {
  it('gives a Pod enough time to sleep, drain, and close', () => {
    for (const [preStopSleepSeconds, drainSeconds] of [
      [5, 5],
      [0, 0],
      [300, 300],
    ]) {
      const values = { preStopSleepSeconds, config: { shutdown: { drainSeconds } } };
      const { terminationGracePeriodSeconds, containers } = pod({ values });
      assert.equal(containers[0].lifecycle?.preStop.sleep.seconds ?? 0, preStopSleepSeconds);
      assert.ok(
        terminationGracePeriodSeconds > (preStopSleepSeconds ?? 0) + (drainSeconds ?? 0) + CLOSE_SECONDS,
      );
    }
  });

  it('omits the sleep action on a Kubernetes without it', () => {
    assert.equal(pod({ kubernetes: '1.29.9' }).containers[0].lifecycle, undefined);
    assert.ok(pod({ kubernetes: '1.30.0' }).containers[0].lifecycle);
  });

  it('never has fewer replicas during an update, or no more on the host network', () => {
    const limits = (values: JsonObject) => deployment({ values }).strategy.rollingUpdate;
    assert.deepEqual(limits({}), { maxUnavailable: 0, maxSurge: 1 });
    assert.deepEqual(limits({ hostNetwork: true }), { maxUnavailable: 1, maxSurge: 0 });
    const surge = { strategy: { rollingUpdate: { maxSurge: 2 } } };
    assert.deepEqual(limits(surge), { maxUnavailable: 0, maxSurge: 2 });
    const recreate = { type: 'Recreate' };
    assert.deepEqual(deployment({ values: { hostNetwork: true, strategy: recreate } }).strategy, recreate);
  });

  it('leaves the number of replicas to the autoscaler if there is one', () => {
    assert.equal(deployment().replicas, 2);
    assert.equal(deployment({ values: { autoscaling: { enabled: true } } }).replicas, undefined);
  });

  it('is selected by its budget, Services, spread constraints, and policy; Pods of hooks are not', () => {
    const values = { networkPolicy: { enabled: true }, serviceMonitor: { enabled: true } };
    const objects = render({ values });
    const { matchLabels } = find(objects, 'Deployment').spec.selector;
    const { labels } = find(objects, 'Deployment').spec.template.metadata;
    const otherLabels = [find(objects, 'Pod').metadata, find(objects, 'Job').spec.template.metadata];
    const selectors = [
      matchLabels,
      find(objects, 'PodDisruptionBudget').spec.selector.matchLabels,
      find(objects, 'NetworkPolicy').spec.podSelector.matchLabels,
      find(objects, 'Service', 'proxy-injector').spec.selector,
      find(objects, 'Service', 'proxy-injector-management').spec.selector,
      ...pod().topologySpreadConstraints.map((each: KubernetesObject) => each.labelSelector.matchLabels),
    ];
    for (const selector of selectors) {
      assert.ok(matches(selector, labels), JSON.stringify(selector));
      for (const other of otherLabels) assert.ok(!matches(selector, other.labels), JSON.stringify(selector));
    }
  });

  it('is scraped by the ServiceMonitor through exactly one Service', () => {
    const objects = render({ values: { serviceMonitor: { enabled: true } } });
    const { selector, endpoints } = find(objects, 'ServiceMonitor').spec;
    const services = objects.filter(
      ({ kind, metadata }) => kind === 'Service' && matches(selector.matchLabels, metadata.labels),
    );
    assert.deepEqual(
      services.map(({ metadata }) => metadata.name),
      ['proxy-injector-management'],
    );
    assert.deepEqual(
      services[0].spec.ports.map(({ name }: KubernetesObject) => name),
      [endpoints[0].port],
    );
  });
});

describe('the permissions', () => {
  const objects = render();

  it('let the injector get, list, and watch namespaces', () => {
    assert.deepEqual(find(objects, 'ClusterRole').rules, [
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
    ]);
    const { roleRef, subjects } = find(objects, 'ClusterRoleBinding');
    assert.equal(roleRef.name, find(objects, 'ClusterRole').metadata.name);
    assert.deepEqual(subjects, [
      { kind: 'ServiceAccount', name: pod().serviceAccountName, namespace: 'proxy-system' },
    ]);
  });

  it('let the test create Pods in its namespace, only while it runs', () => {
    const role = find(objects, 'Role');
    assert.deepEqual(role.rules, [{ apiGroups: [''], resources: ['pods'], verbs: ['create'] }]);
    assert.equal(role.metadata.namespace, 'default');
    for (const kind of ['Role', 'RoleBinding']) {
      const { annotations } = find(objects, kind).metadata;
      assert.equal(annotations['helm.sh/hook'], 'test');
      assert.match(annotations['helm.sh/hook-delete-policy'], /hook-succeeded,hook-failed/);
    }
    const [subject] = find(objects, 'RoleBinding').subjects;
    assert.equal(subject.name, find(objects, 'Pod').spec.serviceAccountName);
  });

  it('include no others, and ServiceAccounts do not mount their token by default', () => {
    const kinds = objects.map(({ kind }) => kind).filter((kind) => /Role/.test(kind));
    assert.deepEqual(kinds.sort(), ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding']);
    for (const account of objects.filter(({ kind }) => kind === 'ServiceAccount')) {
      assert.equal(account.automountServiceAccountToken, false);
    }
  });
});

function matches(selector: object, labels: KubernetesObject): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
