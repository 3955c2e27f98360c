import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readManifests } from '../../../src/manifests/manifest-file.js';
import { manifestCases } from './manifest-cases.js';

/** The workloads of some manifests in `cases`: kind, namespace, name, and path of the Pod. */
const WORKLOADS: { readonly [file: string]: readonly string[] } = {
  'helm-rendered.yaml': [
    'Deployment /release-name-shop spec.template',
    'Pod /release-name-shop-test-connection ',
  ],
  'list.yaml': [
    'Pod /web items.1',
    'DaemonSet /log items.2.spec.template',
    'PodTemplate /inner items.3.items.0.template',
  ],
  'pod-list.json': ['Pod shop/web-1 items.0', 'Pod shop/web-2 items.1'],
  'cron-job.yaml': ['CronJob /report spec.jobTemplate.spec.template'],
  'old-kinds.yaml': [
    'ReplicationController /old spec.template',
    'PodTemplate /template template',
    'ReplicaSet /set spec.template',
    'Deployment /too-old spec.template',
  ],
  'custom-kinds.yaml': [
    'Rollout /web spec.template',
    'DeploymentConfig /shop spec.template',
    'RayCluster /ray spec.headGroupSpec.template',
    'RayCluster /ray spec.workerGroupSpecs.0.template',
    'RayCluster /ray spec.workerGroupSpecs.1.template',
    'PyTorchJob /train spec.pytorchReplicaSpecs.Master.template',
    'PyTorchJob /train spec.pytorchReplicaSpecs.Worker.template',
    'JobSet /set spec.replicatedJobs.0.template.spec.template',
  ],
  'live-pod.yaml': ['Pod shop/web-6d4cf56db6-x7k2p '],
  'other-kinds.yaml': [],
};

function read(name: string) {
  const text = manifestCases().find((one) => one.name === name)?.text;
  return readManifests(name, text ?? assert.fail(`no ${name}`));
}

describe('ManifestFile', () => {
  for (const [name, expected] of Object.entries(WORKLOADS)) {
    it(`lists its workloads in order: ${name}`, () => {
      const workloads = read(name).workloads.map(
        ({ kind, namespace = '', name, path }) => `${kind} ${namespace}/${name} ${path.join('.')}`,
      );
      assert.deepEqual(workloads, expected);
    });
  }

  it('ignores and keeps leading byte order marks', () => {
    const text = 'apiVersion: v1\nkind: Pod\nspec: {containers: [{name: app}]}\n';
    for (const marks of ['\uFEFF', '\uFEFF\uFEFF', '\uFEFF\uFEFF\uFEFF']) {
      const file = readManifests('pod.yaml', marks + text);
      assert.deepEqual(file.documents[0]?.value, readManifests('pod.yaml', text).documents[0]?.value);
      assert.equal(file.toString(), marks + text);
    }
  });

  it('lists the Namespaces with their annotations', () => {
    const namespaces = read('namespaces.yaml').namespaces.map(({ name, annotations }) => ({
      name,
      annotations,
    }));
    assert.deepEqual(namespaces, [
      { name: 'shop', annotations: { 'proxy-injection/mode': 'native', number: '5' } },
      { name: 'quiet', annotations: { 'proxy-injection': 'disabled' } },
      { name: 'plain', annotations: {} },
    ]);
  });

  it('reports and leaves out annotations of a Namespace that are not strings', () => {
    const text = 'kind: Namespace\napiVersion: v1\nmetadata: {name: x, annotations: {a: b, c: 5}}\n';
    const { namespaces, diagnostics } = readManifests('shop.yaml', text);
    assert.deepEqual(namespaces[0]?.annotations, { a: 'b' });
    assert.deepEqual(diagnostics.map(String), [
      'shop.yaml:3:41 metadata.annotations.c: expected a string, got a number',
    ]);
  });

  it('locates an annotation of a Namespace in a List', () => {
    const list =
      'kind: List\napiVersion: v1\nitems:\n- kind: Namespace\n  apiVersion: v1\n  metadata:\n    name: x\n    annotations:\n      a: b\n';
    assert.equal(
      readManifests('list.yaml', list).namespaces[0]?.position(['annotations', 'a']),
      'list.yaml:9:7',
    );
  });

  it('uses generateName for a Pod without a name', () => {
    const text = 'apiVersion: v1\nkind: Pod\nmetadata: {generateName: web-}\n';
    assert.equal(readManifests('pod.yaml', text).workloads[0]?.name, 'web-');
  });

  it('can be edited in any order and read in between', () => {
    const pod = (name: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: a}]}\n`;
    const file = readManifests('pods.yaml', ['one', 'two'].map(pod).join('---\n'));
    const label = (value: string) => [{ op: 'add', path: '/metadata/labels', value: { value } }] as const;
    const [one, two] = file.workloads;
    two?.apply(label('second'));
    assert.equal(one?.position(['spec']), 'pods.yaml:4:1');
    assert.match(file.toString(), /two, labels: {value: second}/);
    one?.apply(label('first'));
    assert.match(file.toString(), /one, labels: {value: first}.*two, labels: {value: second}/s);
  });

  for (const [name, value] of [
    ['annotations', 'metadata:\n  annotations:\n    team:\nspec: {containers: [{name: a}]}\n'],
    ['labels', 'metadata: {labels: {team: null}}\nspec: {containers: [{name: a}]}\n'],
    ['nodeSelector', 'spec: {nodeSelector: {team: ~}, containers: [{name: a}]}\n'],
  ] as const) {
    it(`reads null values of ${name} as empty strings, and keeps them`, () => {
      const text = `apiVersion: v1\nkind: Pod\n${value}`;
      const file = readManifests('pod.yaml', text);
      const [workload] = file.workloads;
      assert.equal(workload?.diagnostic(), undefined);
      assert.match(JSON.stringify(workload?.pod), new RegExp(`"${name}":\\{"team":""\\}`));
      workload?.apply([{ op: 'add', path: '/spec/hostNetwork', value: false }]);
      assert.equal(file.toString(), text.replace('a}]}', 'a}], hostNetwork: false}'));
    });
  }

  it('reads null values of annotations and labels of a Namespace as empty strings', () => {
    const text =
      'kind: Namespace\napiVersion: v1\nmetadata: {name: x, annotations: {a: }, labels: {b: null}}\n';
    const { namespaces, diagnostics } = readManifests('shop.yaml', text);
    assert.deepEqual([namespaces[0]?.annotations, namespaces[0]?.labels], [{ a: '' }, { b: '' }]);
    assert.deepEqual(diagnostics, []);
  });
});
