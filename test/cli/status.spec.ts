import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { reasonLink } from '../../src/core/values/documentation.js';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { type ClusterObject, FakeCluster } from '../support/fake-cluster.js';
import { admitted, fakeDeployment, fakeInjector, fakePod } from '../support/fake-pods.js';
import { fakeRelease } from '../support/fake-release.js';
import { until } from '../support/until.js';
import { MAIN, proxyInjector, requires, runProgram, temporaryFolder } from './command-line.js';

const CONFIG = `version: ${PRODUCT_VERSION}\nineligiblePods: admit\nallowedOverrides: [image]\n`;
const now = fakeInjector(CONFIG);
const before = fakeInjector(`${CONFIG}redirect: {ipv6: disabled}\n`);
const OTHER_VERSION = { annotations: { 'proxy-injection/version': '0.0.1' } };

const SHOP: ClusterObject[] = [
  { kind: 'Namespace', metadata: { name: 'shop', labels: { 'proxy-injection': 'enabled' } } },
  { kind: 'Namespace', metadata: { name: 'outside' } },
  ...fakeDeployment('web'),
  admitted(fakePod('web-1', { owner: 'ReplicaSet/web-7bd5', metadata: { labels: { app: 'web' } } }), now),
  admitted(fakePod('web-2', { owner: 'ReplicaSet/web-7bd5', metadata: { labels: { app: 'web' } } }), before),
  admitted(fakePod('db-0', { owner: 'StatefulSet/db' }), now),
  admitted(fakePod('agent-1', { owner: 'DaemonSet/agent', spec: { hostNetwork: true } }), now),
  {
    kind: 'Job',
    metadata: {
      name: 'nightly-1',
      namespace: 'shop',
      ownerReferences: [{ kind: 'CronJob', name: 'nightly', controller: true }],
    },
  },
  fakePod('nightly-1-a', { owner: 'Job/nightly-1', status: { phase: 'Succeeded' } }),
  fakePod('bare'),
  fakePod('tool', { namespace: 'outside' }),
];

describe('status', () => {
  it('shows the workloads of the namespace, what needs attention first', async (t) => {
    const { run } = await setup(t, SHOP);
    const { code, stdout, stderr } = await run('status');
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.equal(
      stdout,
      `\
WORKLOAD          PODS   INJECTED   PROXY   RESTARTS   STATUS
pod/bare          1      0          -       -          1 never asked, would be injected
deployment/web    2      2          2/2     0          1 stale: configuration
daemonset/agent   1      0          -       -          1 skipped: host-network
statefulset/db    1      1          1/1     0          current
cronjob/nightly   0      0          -       -          1 finished

host-network: https://github.com/proxy-injector/proxy-injector/blob/main/docs/reference/reasons.md#host-network
`,
    );
  });

  it('shows all namespaces', async (t) => {
    const { run } = await setup(t, SHOP);
    const { stdout } = await run('status', '-A');
    assert.match(stdout, /^NAMESPACE +WORKLOAD/);
    assert.match(stdout, /^outside +pod\/tool +1 +0 +- +- +1 not selected$/m);
  });

  it('shows one workload, by its Pods alone', async (t) => {
    const { run, cluster } = await setup(t, SHOP);
    const { stdout } = await run('status', 'deploy/web', '-o', 'json');
    const { workloads } = JSON.parse(stdout);
    assert.deepEqual(
      workloads.map(({ kind, name, pods }: ClusterObject) => ({ kind, name, pods })),
      [{ kind: 'Deployment', name: 'web', pods: 2 }],
    );
    assert.ok(cluster.requests.some((line) => /\/pods\?.*labelSelector=app=web/.test(line)));
  });

  it('shows a Pod of a workload by itself', async (t) => {
    const { run } = await setup(t, SHOP);
    const { stdout } = await run('status', 'pod/web-2');
    assert.match(stdout, /^pod\/web-2 +1 +1 +1\/1 +0 +1 stale: configuration$/m);
  });

  it('shows a ReplicaSet of a Deployment, and a Job of a CronJob, by themselves', async (t) => {
    const { run } = await setup(t, SHOP);
    const ofReplicaSet = await run('status', 'rs/web-7bd5');
    assert.match(ofReplicaSet.stdout, /^replicaset\/web-7bd5 +2 +2 +2\/2 /m);
    const ofJob = await run('status', 'job/nightly-1');
    assert.match(ofJob.stdout, /^job\/nightly-1 +0 .* 1 finished$/m);
  });

  it('shows a workload without Pods', async (t) => {
    const { run } = await setup(t, [...SHOP, ...fakeDeployment('idle')]);
    const { stdout } = await run('status', 'deployment/idle');
    assert.match(stdout, /^deployment\/idle +0 +0 +- +- +no Pods$/m);
  });

  const STALE: [string, ClusterObject, string][] = [
    ['of another version', pod(now, OTHER_VERSION), '1 stale: version'],
    [
      'with another image than its annotation asks for',
      pod(now, { annotations: { 'proxy-injection/image': 'other:1' } }, { annotations: {} }),
      '1 stale: image',
    ],
    [
      'that would be skipped now',
      pod(now, {}, { annotations: { 'proxy-injection': 'disabled' } }),
      '1 stale: would be skipped: pod-disabled',
    ],
    [
      'that would be injected now',
      pod(
        now,
        { annotations: { 'proxy-injection': 'disabled' } },
        { annotations: { 'proxy-injection': null } },
      ),
      '1 stale: would be injected, 1 skipped: pod-disabled',
    ],
    [
      'whose proxy fails',
      pod(now, {}, {}, { waiting: { reason: 'CrashLoopBackOff' } }),
      '1 proxy-sidecar: CrashLoopBackOff',
    ],
    ['whose proxy starts', pod(now, {}, {}, { waiting: { reason: 'PodInitializing' } }), '1 starting'],
  ];
  for (const [what, object, text] of STALE) {
    it(`says so about a Pod ${what}`, async (t) => {
      const { run } = await setup(t, [...SHOP.slice(0, 2), object]);
      const { stdout } = await run('status');
      assert.ok(stdout.includes(` ${text}\n`), stdout);
    });
  }

  it('shows what anyone may write on a Pod in one line, without what a terminal would act on', async (t) => {
    const evil = '\u001b]0;title\u0007\u001b[31mred\npod/fake 1\r';
    const reason = { 'proxy-injection/status': 'skipped', 'proxy-injection/reason': evil };
    const injected = admitted(fakePod('image'), now);
    const text = JSON.stringify(injected).replaceAll(
      /"image":"[^"]*proxy[^"]*"/g,
      `"image":${JSON.stringify(evil)}`,
    );
    const { run } = await setup(t, [
      ...SHOP.slice(0, 1),
      fakePod('reason', { metadata: { annotations: reason } }),
      JSON.parse(text),
    ]);
    const { stdout } = await run('status', '-o', 'wide');
    assert.deepEqual(stdout.replaceAll('\n', '').match(/\p{Cc}/gu), null);
    assert.deepEqual(
      stdout.split('\n').map((line) => line.split(' ')[0]),
      ['WORKLOAD', 'pod/image', 'pod/reason', ''],
    );
    assert.match(stdout, /]0;title\[31mred pod\/fake 1/);
  });

  it('counts reasons that are names of properties of objects', async (t) => {
    const pods = ['constructor', 'toString'].flatMap((reason) => {
      const annotations = { 'proxy-injection/status': 'skipped', 'proxy-injection/reason': reason };
      return ['1', '2'].map((number) =>
        fakePod(`${reason.toLowerCase()}-${number}`, { owner: 'StatefulSet/s', metadata: { annotations } }),
      );
    });
    const { run } = await setup(t, [...SHOP.slice(0, 1), ...pods]);
    const { stdout } = await run('status', '-o', 'json');
    assert.deepEqual(JSON.parse(stdout).workloads[0].skipped, { constructor: 2, toString: 2 });
  });

  it('links to each reason once, and only to those of the table', async (t) => {
    const pods = ['host-network', 'windows-pod', 'https://evil'].flatMap((reason) =>
      ['1', '2'].map((number) =>
        fakePod(`${reason.replace(/\W/g, '')}-${number}`, {
          metadata: {
            annotations: { 'proxy-injection/status': 'skipped', 'proxy-injection/reason': reason },
          },
        }),
      ),
    );
    const disabled = pod(now, {}, { annotations: { 'proxy-injection': 'disabled' } });
    const { run } = await setup(t, [...SHOP.slice(0, 2), ...pods, disabled]);
    const { stdout } = await run('status', '-o', 'wide');
    const links = stdout.split('\n\n')[1]?.trim().split('\n') ?? [];
    const reasons = ['pod-disabled', 'host-network', 'windows-pod'];
    assert.deepEqual(
      links,
      reasons.map((reason) => `${reason}: ${reasonLink(reason)}`),
    );
    const { reasons: inJson } = JSON.parse((await run('status', '-o', 'json')).stdout);
    assert.deepEqual(inJson, Object.fromEntries(reasons.map((reason) => [reason, reasonLink(reason)])));
  });

  it('compares with a file', async (t) => {
    const { run } = await setup(
      t,
      SHOP.filter(({ kind }) => kind !== 'MutatingWebhookConfiguration'),
    );
    const { stdout } = await run('status', '--config', 'config.yaml');
    assert.match(stdout, /deployment\/web .* 1 stale: configuration\n/);
  });

  const UNSELECTED: [string, object][] = [
    ['the selectors', { namespaceSelector: { matchLabels: { team: 'shop' } } }],
    [
      'the match conditions',
      { matchConditions: [{ name: 'x', expression: 'object.metadata.name != "bare"' }] },
    ],
  ];
  for (const [what, webhook] of UNSELECTED) {
    it(`judges whether the webhook would be called by ${what} of its configuration`, async (t) => {
      const { run } = await setup(t, SHOP, webhook);
      const { stdout, stderr } = await run('status');
      assert.equal(stderr, '');
      assert.match(stdout, /^pod\/bare +1 +0 +- +- +1 not selected$/m);
    });
  }

  it("judges by the chart's selectors if it must not read the webhook configuration, and says so", async (t) => {
    const { run, cluster } = await setup(t, SHOP);
    cluster.forbidden.push(/mutatingwebhookconfigurations/);
    const { stdout, stderr } = await run('status', '--config', 'config.yaml');
    assert.match(stderr, /^warning: mutatingwebhookconfigurations is forbidden: .* the chart's selectors\n$/);
    assert.match(stdout, /^pod\/bare +1 +0 +- +- +1 never asked, would be injected$/m);
  });

  it('says what it must not read, and goes on', async (t) => {
    const { run, cluster } = await setup(t, SHOP);
    cluster.forbidden.push(
      /mutatingwebhookconfigurations/,
      /GET \/api\/v1\/namespaces\/shop$/,
      /replicasets/,
    );
    const { code, stdout, stderr } = await run('status');
    assert.equal(code, 0);
    assert.match(
      stderr,
      /^warning: mutatingwebhookconfigurations is forbidden: .*; without the injector's configuration,/,
    );
    assert.match(stderr, /\nwarning: namespaces is forbidden: .*; without the labels of namespaces,/);
    assert.match(
      stderr,
      /\nwarning: replicasets is forbidden: .*; the workloads of some Pods are guesses\n$/,
    );
    assert.match(stdout, /^deployment\/web +2 +2 +2\/2 +0 +injected$/m);
    assert.match(stdout, /^pod\/bare +1 +0 +- +- +1 without a record$/m);
  });

  it('prints only what has changed with --watch', async (t) => {
    const { run, cluster } = await setup(t, SHOP);
    const ended = run('status', '--watch', '--interval', '1');
    await until(() => lists(cluster) === 1);
    cluster.put(admitted(fakePod('db-1', { owner: 'StatefulSet/db' }), now));
    await until(() => lists(cluster) === 3);
    await cluster.stop(); // and so ends the command
    const lines = (await ended).stdout.trimEnd().split('\n');
    assert.equal(lines.length, 9);
    assert.match(lines[8] ?? '', /^statefulset\/db +2 +2 +2\/2 +0 +current$/);
  });

  it('ends --watch when the reader of its output is gone', async (t) => {
    const { cluster, env } = await setup(t, SHOP);
    const line = `${process.execPath} ${MAIN} status --watch --interval 1 | head -n 1`;
    const ended = runProgram('sh', ['-c', line], { env });
    let isEnded = false;
    ended.then(() => {
      isEnded = true;
    });
    let count = 0;
    await until(() => {
      cluster.put(fakePod(`new-${count++}`));
      return isEnded;
    });
    assert.match((await ended).stdout, /^WORKLOAD .*\n$/);
  });

  it('redraws a terminal with --watch', requires('script'), async (t) => {
    const { cluster, env } = await setup(t, SHOP);
    const line = `${process.execPath} ${MAIN} status --watch --interval 1`;
    const onTerminal = { env: { ...env, TERM: 'xterm', SHELL: '/bin/sh' } };
    const ended = runProgram('script', ['-qec', line, '/dev/null'], onTerminal);
    await until(() => lists(cluster) === 3);
    await cluster.stop();
    const [before, ...screens] = (await ended).stdout.split('\u001b[H\u001b[J');
    assert.equal(before, '');
    assert.ok(
      screens.length >= 2 && screens.every((screen) => screen.startsWith('WORKLOAD')),
      screens.join(),
    );
  });

  it('fails like kubectl if it must not list Pods, or the workload does not exist', async (t) => {
    const { run, cluster } = await setup(t, SHOP);
    const none = await run('status', 'deployment/none');
    assert.deepEqual([none.code, none.stderr], [1, 'error: deployments "none" not found\n']);
    cluster.forbidden.push(/\/pods\?/);
    const { code, stderr } = await run('status');
    assert.deepEqual([code, stderr], [1, 'error: pods is forbidden: User "dev" cannot do that\n']);
  });

  const INVALID: [string[], RegExp][] = [
    [['web'], /^error: WORKLOAD: expected TYPE\/NAME, such as deployment\/web, .* got web\n$/],
    [['-A', 'deploy/web'], /^error: --all-namespaces: expected no WORKLOAD/],
    [['-A', '-n', 'shop'], /cannot be used with option/],
    [['--interval', '0'], /Expected a number of seconds/],
  ];
  for (const [args, message] of INVALID) {
    it(`rejects ${args.join(' ')}`, async (t) => {
      const { run } = await setup(t, []);
      const { code, stderr } = await run('status', ...args);
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
  }

  it('reads 5,000 Pods page by page, in bounded memory', async (t) => {
    const padding = 'x'.repeat(8000); // as large as a usual Pod
    const pods = Array.from({ length: 5000 }, (_, index) =>
      admitted(
        fakePod(`p${index}`, { owner: `StatefulSet/s${index % 50}`, metadata: { annotations: { padding } } }),
        now,
      ),
    );
    const { run, cluster } = await setup(t, [...SHOP.slice(0, 2), ...pods]);
    // Less than all Pods take, next to the program and one page.
    const { code, stdout } = await run.with({ NODE_OPTIONS: '--max-old-space-size=48' }, 'status');
    assert.equal(code, 0);
    assert.equal(stdout.trim().split('\n').length, 51);
    assert.equal(cluster.requests.filter((line) => line.includes('/pods?')).length, 10);
  });
});

/** A Pod that was admitted with `metadata`, and changed since to `changed`. */
function pod(
  injector: typeof now,
  metadata: object,
  changed: { readonly annotations?: object } = {},
  state?: object,
): ClusterObject {
  const created = admitted(fakePod('p', { metadata }), injector);
  const recorded = (created.metadata as { annotations?: object }).annotations ?? {};
  const kept = 'annotations' in changed && 'annotations' in metadata ? withoutOverrides(recorded) : recorded;
  const annotations = { ...kept, ...changed.annotations, ...versionIn(metadata) };
  const entries = Object.entries(annotations).filter(([, value]) => value !== null);
  const status = state && { containerStatuses: [{ name: 'proxy-sidecar', ready: false, state }] };
  return {
    ...created,
    metadata: { ...created.metadata, annotations: Object.fromEntries(entries) },
    status: { ...(created.status as object), ...status },
  };
}

function withoutOverrides(annotations: object): object {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== 'proxy-injection/image'));
}

function versionIn(metadata: object): object {
  return metadata === OTHER_VERSION ? OTHER_VERSION.annotations : {};
}

/** How often the Pods have been listed. */
function lists({ requests }: FakeCluster): number {
  return requests.filter((line) => line.includes('/pods?')).length;
}

/** `webhook` has further fields of the webhooks. */
async function setup(t: TestContext, objects: readonly ClusterObject[], webhook = {}) {
  const cluster = await FakeCluster.start(...fakeRelease({ config: CONFIG, webhook }), ...objects);
  t.after(() => cluster.stop());
  const folder = temporaryFolder();
  const KUBECONFIG = cluster.kubeconfig(join(folder, 'kubeconfig'), ['fake'], 'shop');
  writeFileSync(join(folder, 'config.yaml'), CONFIG);
  const withEnv = (env: NodeJS.ProcessEnv, ...args: string[]) =>
    proxyInjector(args, { env: { KUBECONFIG, ...env }, cwd: folder });
  const run = Object.assign((...args: string[]) => withEnv({}, ...args), { with: withEnv });
  return { cluster, folder, env: { KUBECONFIG }, run };
}
