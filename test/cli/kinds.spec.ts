import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { stringify } from 'yaml';
import { type ProcessResult, proxyInjector, temporaryFolder } from './command-line.js';
import { SERVICE } from './sample-manifests.js';

const TEMPLATE = { spec: { containers: [{ name: 'app', image: 'app:1' }] } };

function object(apiVersion: string, kind: string, spec: unknown): string {
  return stringify({ apiVersion, kind, metadata: { name: 'web' }, spec });
}

type Row = readonly [string, string, unknown, readonly string[]];

/** Objects of the known kinds besides Pods, and the labels of the workloads in them. */
const KNOWN: readonly Row[] = [
  ...[
    ['v1', 'ReplicationController'],
    ['v1', 'DeploymentConfig'],
    ['apps/v1', 'Deployment'],
    ['apps/v1beta1', 'Deployment'],
    ['apps/v1beta2', 'Deployment'],
    ['apps/v1beta1', 'StatefulSet'],
    ['apps/v1beta2', 'StatefulSet'],
    ['apps/v1beta2', 'DaemonSet'],
    ['apps/v1beta2', 'ReplicaSet'],
    ['extensions/v1beta1', 'Deployment'],
    ['extensions/v1beta1', 'DaemonSet'],
    ['extensions/v1beta1', 'ReplicaSet'],
    ['batch/v1', 'Job'],
    ['apps.openshift.io/v1', 'DeploymentConfig'],
    ['argoproj.io/v1alpha1', 'Rollout'],
    ['apps.kruise.io/v1alpha1', 'CloneSet'],
    ['apps.kruise.io/v1beta1', 'StatefulSet'],
    ['apps.kruise.io/v1alpha1', 'DaemonSet'],
    ['apps.kruise.io/v1alpha1', 'BroadcastJob'],
  ].map(
    ([apiVersion = '', kind = '']): Row => [
      apiVersion,
      kind,
      { template: TEMPLATE },
      [`${kind.toLowerCase()}/web`],
    ],
  ),
  ['batch/v1beta1', 'CronJob', { jobTemplate: { spec: { template: TEMPLATE } } }, ['cronjob/web']],
  [
    'apps.kruise.io/v1alpha1',
    'AdvancedCronJob',
    { template: { jobTemplate: { spec: { template: TEMPLATE } } } },
    ['advancedcronjob/web (spec.template.jobTemplate.spec.template)'],
  ],
  [
    'jobset.x-k8s.io/v1alpha2',
    'JobSet',
    { replicatedJobs: [{ template: { spec: { template: TEMPLATE } } }] },
    ['jobset/web (spec.replicatedJobs[0].template.spec.template)'],
  ],
  [
    'leaderworkerset.x-k8s.io/v1',
    'LeaderWorkerSet',
    { leaderWorkerTemplate: { size: 4, workerTemplate: TEMPLATE } },
    ['leaderworkerset/web (spec.leaderWorkerTemplate.workerTemplate)'],
  ],
  ['keda.sh/v1alpha1', 'ScaledJob', { jobTargetRef: { template: TEMPLATE } }, ['scaledjob/web']],
  [
    'ray.io/v1',
    'RayJob',
    {
      submitterPodTemplate: TEMPLATE,
      rayClusterSpec: { headGroupSpec: { template: TEMPLATE }, workerGroupSpecs: [{ template: TEMPLATE }] },
    },
    [
      'rayjob/web (spec.rayClusterSpec.headGroupSpec.template)',
      'rayjob/web (spec.rayClusterSpec.workerGroupSpecs[0].template)',
      'rayjob/web (spec.submitterPodTemplate)',
    ],
  ],
  [
    'ray.io/v1',
    'RayService',
    { rayClusterConfig: { headGroupSpec: { template: TEMPLATE } } },
    ['rayservice/web (spec.rayClusterConfig.headGroupSpec.template)'],
  ],
  ...(
    [
      ['JAXJob', 'jax'],
      ['MPIJob', 'mpi'],
      ['MXJob', 'mx'],
      ['PaddleJob', 'paddle'],
      ['PyTorchJob', 'pytorch'],
      ['TFJob', 'tf'],
      ['XGBoostJob', 'xgb'],
    ] as const
  ).map(
    ([kind, prefix]): Row => [
      'kubeflow.org/v1',
      kind,
      { [`${prefix}ReplicaSpecs`]: { Worker: { template: TEMPLATE } } },
      [`${kind.toLowerCase()}/web (spec.${prefix}ReplicaSpecs.Worker.template)`],
    ],
  ),
];

describe('a known kind', () => {
  it('is injected and uninjected in all its templates', async () => {
    const stdin = KNOWN.map(([apiVersion, kind, spec]) => object(apiVersion, kind, spec)).join('---\n');
    const injected = await proxyInjector(['inject', '--strict', '-f', '-'], { stdin });
    const labels = KNOWN.flatMap(([, , , expected]) => expected);
    assert.deepEqual(
      injected.stderr.trimEnd().split('\n'),
      labels.map(
        (label) =>
          `${label.padEnd(Math.max(...labels.map(({ length }) => length)))}  injected  The proxy was injected.`,
      ),
    );
    assert.equal(injected.code, 0);
    assert.equal(injected.stdout.match(/name: proxy-sidecar/g)?.length, labels.length);
    const { stdout } = await proxyInjector(['uninject', '-f', '-'], { stdin: injected.stdout });
    assert.equal(stdout, stdin);
  });

  it('may leave out a template that it does not require', async () => {
    const stdin = object('argoproj.io/v1alpha1', 'Rollout', { workloadRef: { kind: 'Deployment' } });
    const { code, stderr } = await proxyInjector(['inject', '-f', '-'], { stdin });
    assert.deepEqual([code, stderr], [0, 'No workloads found in the input.\n']);
  });

  for (const kind of ['Service', 'Configuration', 'Revision']) {
    it(`of Knative is left to the webhook: ${kind}`, async () => {
      const template = { spec: { containers: [{ image: 'app:1' }] } }; // Knative names the container
      const stdin = object('serving.knative.dev/v1', kind, { template });
      const { code, stdout, stderr } = await proxyInjector(['inject', '-f', '-'], { stdin });
      assert.deepEqual([code, stdout], [0, stdin]);
      assert.equal(
        stderr,
        `${kind.toLowerCase()}/web  skipped  Knative rejects this template with a proxy in it. The webhook injects its Pods in the cluster.\n`,
      );
      const strict = await proxyInjector(['inject', '--strict', '-f', '-'], { stdin });
      assert.equal(strict.code, 1);
    });
  }
});

const POOLS = { pools: [{ template: TEMPLATE }, { template: TEMPLATE }] };
const UNKNOWN =
  'WebApp.example.com has a Pod template at spec.pools[*].template. To edit it, add to the configuration: ' +
  'manifests: {kinds: [{group: example.com, kind: WebApp, templates: ["spec.pools[*].template"]}]}';

describe('an unknown kind with Pod templates', () => {
  const webApp = object('example.com/v1', 'WebApp', POOLS);

  for (const command of ['inject', 'uninject']) {
    it(`is reported and passed through by ${command}`, async () => {
      const { code, stdout, stderr } = await proxyInjector([command, '-f', '-'], { stdin: webApp });
      assert.deepEqual([code, stdout], [0, webApp]);
      assert.equal(stderr, `webapp/web  unknown kind  ${UNKNOWN}\n`);
    });
  }

  for (const command of ['explain', 'redirect']) {
    it(`is reported by ${command} with its position`, async () => {
      const { code, stdout, stderr } = await proxyInjector([command, '-f', '-'], { stdin: webApp });
      assert.deepEqual([code, stdout], [0, '']);
      assert.equal(stderr, `warning: <stdin>:7:7: webapp/web: unknown kind: ${UNKNOWN}\n`);
    });
  }

  it('is an error with --strict', async () => {
    const { code } = await proxyInjector(['inject', '--strict', '-f', '-'], { stdin: webApp });
    assert.equal(code, 1);
  });

  it('is edited once the setting that the message names is in the configuration', async () => {
    const cwd = temporaryFolder();
    const { stderr } = await proxyInjector(['inject', '-f', '-'], { stdin: webApp });
    writeFileSync(join(cwd, 'config.yaml'), /manifests: .*/.exec(stderr)?.[0] ?? '');
    const args = ['--config', 'config.yaml', '-f', '-'];
    const injected = await proxyInjector(['inject', '--strict', ...args], { stdin: webApp, cwd });
    assert.equal(injected.code, 0);
    assert.match(
      injected.stderr,
      /^webapp\/web \(spec\.pools\[0\]\.template\) {2}injected .*\nwebapp\/web \(spec\.pools\[1\]\.template\) {2}injected .*\n$/,
    );
    const { stdout } = await proxyInjector(['uninject', ...args], { stdin: injected.stdout, cwd });
    assert.equal(stdout, webApp);
  });

  it('is left alone without a report if the configuration gives it no templates', async () => {
    const cwd = temporaryFolder();
    writeFileSync(
      join(cwd, 'config.yaml'),
      'manifests: {kinds: [{group: example.com, kind: WebApp, templates: []}]}',
    );
    const args = ['inject', '--config', 'config.yaml', '-f', '-'];
    const { code, stderr } = await proxyInjector(args, { stdin: webApp, cwd });
    assert.deepEqual([code, stderr], [0, 'No workloads found in the input.\n']);
  });

  it('is reported for the templates that its configured paths miss', async () => {
    const cwd = temporaryFolder();
    const kinds = '[{group: example.com, kind: WebApp, templates: [spec.pool.template]}]';
    writeFileSync(join(cwd, 'config.yaml'), `manifests: {kinds: ${kinds}}`);
    const args = ['inject', '--config', 'config.yaml', '-f', '-'];
    const { stderr } = await proxyInjector(args, { stdin: webApp, cwd });
    assert.match(stderr, /unknown kind .*templates: \[spec\.pool\.template, "spec\.pools\[\*\]\.template"\]/);
  });

  it('is reported in a List, and if it looks like a Pod', async () => {
    const pod = { apiVersion: 'example.com/v1', kind: 'Pod', metadata: { name: 'x' }, ...TEMPLATE };
    const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod] });
    const { stderr } = await proxyInjector(['inject', '-f', '-'], { stdin });
    assert.match(
      stderr,
      /^pod\/x {2}unknown kind {2}Pod\.example\.com has a Pod template at \.\. To edit it/,
    );
    assert.match(stderr, /\{group: example\.com, kind: Pod, templates: \[\.\]\}/);
  });

  for (const [name, stdin] of [
    ['an object without a Pod template', SERVICE],
    ['a Prometheus with containers', object('monitoring.coreos.com/v1', 'Prometheus', TEMPLATE.spec)],
    [
      'a list of containers without images',
      object('example.com/v1', 'WebApp', { containers: [{ name: 'a' }] }),
    ],
    ['a template nested too deeply', object('example.com/v1', 'X', nested(40))],
  ] as const) {
    it(`is not ${name}`, async () => {
      const { stderr } = await proxyInjector(['inject', '-f', '-'], { stdin });
      assert.equal(stderr, 'No workloads found in the input.\n');
    });
  }

  it('is found at a depth of 32, and no deeper', async () => {
    const report = async (depth: number): Promise<ProcessResult> =>
      proxyInjector(['inject', '-f', '-'], { stdin: object('example.com/v1', 'X', nested(depth)) });
    assert.match((await report(31)).stderr, /unknown kind/);
    assert.doesNotMatch((await report(32)).stderr, /unknown kind/);
  });
});

/** A template with a number of objects around it. */
function nested(depth: number): unknown {
  return Array.from({ length: depth }).reduce<unknown>((inner) => ({ inner }), TEMPLATE);
}
