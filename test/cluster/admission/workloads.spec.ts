import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import { OPTED_IN } from '../cluster.js';
import { sharedCluster } from '../shared-cluster.js';
import { heldPod, heldTemplate, INJECTED, injectedInto, podsPath } from './pods.js';

/** A kind of workload, the kind of its Pods' owner if it is another one, and its spec for Pods with labels. */
interface Workload {
  readonly apiVersion: string;
  readonly kind: string;
  readonly owner?: string;
  readonly spec: (labels: object) => object;
}

const selected = (labels: object) => ({
  selector: { matchLabels: labels },
  template: heldTemplate({ labels }),
});
const job = (labels: object) => ({ template: heldTemplate({ labels }, { restartPolicy: 'Never' }) });

const WORKLOADS: readonly Workload[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment', owner: 'ReplicaSet', spec: selected },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    spec: (labels) => ({ ...selected(labels), serviceName: 'web' }),
  },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', spec: selected },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', spec: selected },
  {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    spec: (labels) => ({ ...selected(labels), selector: labels }),
  },
  { apiVersion: 'batch/v1', kind: 'Job', spec: job },
  // Undocumented, but the only schedule with an interval of less than a minute.
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    owner: 'Job',
    spec: (labels) => ({
      schedule: '@every 1s',
      concurrencyPolicy: 'Forbid',
      jobTemplate: { spec: job(labels) },
    }),
  },
];

describe('Pods of each kind of workload', () => {
  const cluster = sharedCluster();
  let namespace: string;

  before(async () => {
    namespace = await cluster.namespace('workloads', OPTED_IN);
    const objects = WORKLOADS.map(({ apiVersion, kind, spec }) => ({
      apiVersion,
      kind,
      metadata: { name: kind.toLowerCase() },
      spec: spec({ workload: kind }),
    }));
    await cluster.apply(objects, namespace);
  });
  after(() => cluster.deleteNamespaces(namespace));

  for (const { kind, owner = kind } of WORKLOADS) {
    it(`are injected: ${kind}`, async () => {
      let pods: KubernetesObject[] = [];
      await until(async () => {
        pods = (await cluster.api.get(`${podsPath(namespace)}?labelSelector=workload%3D${kind}`)).object
          .items;
        return pods.length > 0;
      });
      for (const pod of pods) {
        assert.deepEqual(injectedInto(pod), INJECTED);
        assert.equal(pod.metadata.ownerReferences[0].kind, owner);
      }
    });
  }

  it('are injected: a Pod with generateName', async () => {
    const pod = heldPod('', { name: undefined, generateName: 'web-' });
    const { status, stdout } = await cluster.tryKubectl(
      ['create', '--namespace', namespace, '--filename', '-'],
      [pod],
    );
    assert.equal(status, 0);
    assert.match(stdout, /^pod\/web-\w+ created\n$/);
    const [, name = ''] = /^pod\/(\S+)/.exec(stdout) ?? [];
    assert.deepEqual(injectedInto(await cluster.get('pod', name, '--namespace', namespace)), INJECTED);
  });

  it('are injected in a dry run, which stores nothing', async () => {
    const flags = ['--dry-run=server', '--output', 'json', '--namespace', namespace, '--filename', '-'];
    const { status, stdout } = await cluster.tryKubectl(['create', ...flags], JSON.stringify(heldPod('dry')));
    assert.equal(status, 0);
    assert.deepEqual(injectedInto(JSON.parse(stdout)), INJECTED);
    const stored = await cluster.tryKubectl(['get', 'pod', 'dry', '--namespace', namespace]);
    assert.equal(stored.stderr, 'Error from server (NotFound): pods "dry" not found\n');
  });
});
