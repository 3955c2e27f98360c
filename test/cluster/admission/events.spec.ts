import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { reasonLink } from '../../../src/core/values/documentation.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { reviewOf } from '../../support/reviews.js';
import { until } from '../../support/until.js';
import { OPTED_IN } from '../cluster.js';
import { RELEASE, Release } from '../release.js';
import { Replicas } from '../replicas.js';
import { sharedCluster } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { dryRunPath, heldPod, heldTemplate } from './pods.js';

const DISABLED = { 'proxy-injection': 'disabled' };
const TAKES_PORT = { containers: [{ name: 'app', image: 'app:1', ports: [{ containerPort: 5054 }] }] };
const PORT_CONFLICT = `A container uses one of the proxy's ports. Container "app": port 5054/TCP.`;

describe('the Events of Pods', () => {
  const cluster = sharedCluster();
  const replicas = new Replicas(cluster);
  let namespace: string;

  before(async () => {
    namespace = await cluster.namespace('events', OPTED_IN);
  });
  after(() => cluster.deleteNamespaces(namespace));

  /** The Events that the injector wrote about an object. */
  async function eventsOf(uid: string): Promise<KubernetesObject[]> {
    const { items } = await cluster.get('events.events.k8s.io', '--namespace', namespace);
    return items.filter(
      ({ regarding, reportingController }: KubernetesObject) =>
        regarding.uid === uid && reportingController === 'proxy-injector',
    );
  }

  async function eventOf(uid: string): Promise<KubernetesObject> {
    await until(async () => (await eventsOf(uid)).length > 0);
    const [event, ...others] = await eventsOf(uid);
    assert.deepEqual(others, []);
    return event as KubernetesObject;
  }

  async function deploy(name: string, template: KubernetesObject): Promise<KubernetesObject> {
    const labels = { app: name };
    const spec = {
      replicas: 4,
      selector: { matchLabels: labels },
      template: { ...template, metadata: { ...template.metadata, labels } },
    };
    await cluster.apply([{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec }], namespace);
    let replicaSets: KubernetesObject[] = [];
    await until(async () => {
      const select = ['--selector', `app=${name}`, '--namespace', namespace];
      replicaSets = (await cluster.get('replicasets', ...select)).items;
      return replicaSets.length > 0;
    });
    return replicaSets[0] as KubernetesObject;
  }

  it('tell a ReplicaSet once that its Pods are skipped', async () => {
    const { metadata } = await deploy('opted-out', heldTemplate({ annotations: DISABLED }));
    await until(async () => (await cluster.pods(namespace, 'app=opted-out')).length === 4);
    const { type, action, reason, note, regarding } = await eventOf(metadata.uid);
    assert.deepEqual(
      { type, action, reason, note },
      {
        type: 'Normal',
        action: 'Skip',
        reason: 'PodDisabled',
        note: `Automatic pod injection is disabled. ${reasonLink('pod-disabled')}`,
      },
    );
    assert.equal(regarding.kind, 'ReplicaSet');
    assert.equal(regarding.name, metadata.name);
    const described = await cluster.kubectl(
      'describe',
      'replicaset',
      metadata.name,
      '--namespace',
      namespace,
    );
    assert.match(described, /Normal +PodDisabled .*proxy-injector.* Automatic pod injection is disabled\./);
  });

  it('tell a ReplicaSet that its Pods are denied', async () => {
    const { metadata } = await deploy('denied', heldTemplate({}, TAKES_PORT));
    const { type, action, reason, note } = await eventOf(metadata.uid);
    assert.deepEqual(
      { type, action, reason, note },
      {
        type: 'Warning',
        action: 'Deny',
        reason: 'PortConflict',
        note: `${PORT_CONFLICT} ${reasonLink('port-conflict')}`,
      },
    );
  });

  it('tell a Job the warnings about its Pod', async () => {
    const spec = { template: heldTemplate({}, { restartPolicy: 'Never' }) };
    const annotations = { 'proxy-injection/mode': 'container' };
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'endless' },
      spec: { template: { ...spec.template, metadata: { annotations } } },
    };
    await cluster.apply([job], namespace);
    const { metadata } = await cluster.get('job', 'endless', '--namespace', namespace);
    const { type, action, reason, note } = await eventOf(metadata.uid);
    assert.deepEqual([type, action, reason], ['Warning', 'Inject', 'InjectedWithWarnings']);
    assert.match(note, /^the proxy keeps this Pod from completing; set proxy-injection\/mode: native https:/);
  });

  /** A Pod that an object controls which does nothing with it. */
  async function ownedPod(name: string, metadata: object, spec: object): Promise<[KubernetesObject, string]> {
    await cluster.apply([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }], namespace);
    const owner = await cluster.get('configmap', name, '--namespace', namespace);
    const { uid } = owner.metadata;
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid, controller: true }];
    return [heldPod(name, { ...metadata, ownerReferences }, spec), uid];
  }

  const REASONS: readonly [reason: string, metadata: object, spec: object][] = [
    ['SidecarPresent', {}, { containers: [{ name: 'cortexflow-proxy', image: 'app:1' }] }],
    ['ForeignProxy', {}, { containers: ['app', 'istio-proxy'].map((name) => ({ name, image: 'app:1' })) }],
    ['HostNetwork', {}, { hostNetwork: true }],
    ['WindowsPod', {}, { os: { name: 'windows' } }],
    ['InvalidOverride', { annotations: { 'proxy-injection/mode': 'sidecar' } }, {}],
    ['UidConflict', {}, { securityContext: { runAsUser: 5054 } }],
  ];
  for (const [reason, metadata, spec] of REASONS) {
    it(`have the reason ${reason}`, async () => {
      const [pod, uid] = await ownedPod(reason.toLowerCase(), metadata, spec);
      await cluster.tryKubectl(['create', '--namespace', namespace, '--filename', '-'], [pod]);
      assert.equal((await eventOf(uid)).reason, reason);
    });
  }

  it('have the reason NamespaceDisabled', async () => {
    const annotate = (value: string) =>
      cluster.kubectl('annotate', 'namespace', namespace, `proxy-injection${value}`);
    await annotate('=disabled');
    try {
      const [pod, uid] = await ownedPod('namespace-disabled', {}, {});
      await until(async () => {
        const { object } = await cluster.api.post(dryRunPath(namespace), heldPod('probe'));
        return object.metadata.annotations['proxy-injection/reason'] === 'namespace-disabled';
      });
      await cluster.apply([pod], namespace);
      assert.equal((await eventOf(uid)).reason, 'NamespaceDisabled');
    } finally {
      await annotate('-');
    }
  });

  it('are one series for all replicas', async () => {
    const [pod, uid] = await ownedPod('replicated', { annotations: DISABLED }, {});
    for (const name of await replicas.names()) {
      const path = `/api/v1/namespaces/${RELEASE}/pods/https:${name}:9443/proxy/mutate`;
      await cluster.api.post(path, reviewOf(pod, { namespace }));
      await until(async () => (await eventsOf(uid)).length > 0);
    }
    await until(async () => (await eventOf(uid)).series !== undefined);
    const { series, note } = await eventOf(uid);
    assert.equal(series.count, 2);
    assert.match(note, /^Automatic pod injection is disabled\. https:/);
  });

  it('are not written for dry runs', async () => {
    const [pod, uid] = await ownedPod('dry-run', { annotations: DISABLED }, {});
    await cluster.api.post(dryRunPath(namespace), pod);
    const [real, uidOfReal] = await ownedPod('real', { annotations: DISABLED }, {});
    await cluster.apply([real], namespace);
    await eventOf(uidOfReal);
    assert.deepEqual(await eventsOf(uid), []);
  });

  it('are counted if the injector may not write them, while admissions go on', async () => {
    const role = await cluster.get('clusterrole', RELEASE);
    const rules = role.rules.filter(
      ({ apiGroups }: KubernetesObject) => !apiGroups.includes('events.k8s.io'),
    );
    assert.equal(rules.length, role.rules.length - 1);
    const patch = JSON.stringify({ rules });
    await cluster.kubectl('patch', 'clusterrole', RELEASE, '--type=merge', '--patch', patch);
    try {
      const failed = await failures();
      const [pod, uid] = await ownedPod('forbidden', { annotations: DISABLED }, {});
      await until(async () => {
        await cluster.kubectl('delete', 'pod', 'forbidden', '--namespace', namespace, '--ignore-not-found');
        await cluster.apply([pod], namespace); // the API server may apply the role a moment later
        return (await failures()) > failed;
      });
      const { object } = await cluster.api.get(`/api/v1/namespaces/${namespace}/pods/forbidden`);
      assert.equal(object.metadata.annotations['proxy-injection/reason'], 'pod-disabled');
      assert.ok((await eventsOf(uid)).length <= 1);
    } finally {
      await new Release(cluster.kubeconfig).apply(VALUES, '--force-conflicts'); // over what kubectl changed
    }
  });

  /** How many Events all replicas failed to write. */
  async function failures(): Promise<number> {
    const name = 'proxy_injector_events_total{result="failed"}';
    return (await replicas.metrics()).reduce((sum, metrics) => sum + (metrics.get(name) ?? 0), 0);
  }
});
