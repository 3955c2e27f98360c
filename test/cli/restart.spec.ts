import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { asObject, valueAt } from '../../src/core/values/json.js';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { type ClusterObject, FakeCluster } from '../support/fake-cluster.js';
import { admitted, fakeDeployment, fakeInjector, fakePod } from '../support/fake-pods.js';
import { fakeRelease } from '../support/fake-release.js';
import { MAIN, proxyInjector, requires, runProgram, temporaryFolder } from './command-line.js';

const CONFIG = `version: ${PRODUCT_VERSION}\nineligiblePods: admit\n`;
const now = fakeInjector(CONFIG);
const before = fakeInjector(`${CONFIG}redirect: {ipv6: disabled}\n`);

const NAMESPACE: ClusterObject = {
  kind: 'Namespace',
  metadata: { name: 'shop', labels: { 'proxy-injection': 'enabled' } },
};

/** Deployments with one Pod each, which is stale, and others. */
const SHOP = [
  NAMESPACE,
  ...['a', 'b', 'c'].flatMap((name) => [...fakeDeployment(name), podOf(name, before)]),
  ...fakeDeployment('current'),
  podOf('current', now),
  ...fakeDeployment('unasked'),
  podOf('unasked'),
  admitted(fakePod('bare'), before),
];

describe('restart --stale', () => {
  it('restarts the stale workloads one after the other, and says what it cannot restart', async (t) => {
    const { run, cluster } = await setup(t, SHOP);
    const { code, stdout, stderr } = await run('--stale', '--yes');
    assert.equal(
      stdout,
      'deployment/a -n shop: restarted\ndeployment/b -n shop: restarted\ndeployment/c -n shop: restarted\n',
    );
    assert.equal(stderr, 'warning: pod/bare -n shop: a Pod cannot be restarted: create it again\n');
    assert.equal(code, 0);
    assert.deepEqual(patched(cluster), ['a', 'b', 'c']);
  });

  it('restarts nothing in a dry run, and says why it would', async (t) => {
    const { run, cluster } = await setup(t, SHOP);
    const { code, stdout } = await run('--stale', '--dry-run');
    assert.equal(stdout.split('\n')[0], 'deployment/a -n shop: 1 stale: configuration (dry run)');
    assert.deepEqual([code, patched(cluster)], [0, []]);
  });

  it('stops at the first workload that does not become ready', async (t) => {
    const { run, cluster } = await setup(t, SHOP, ({ metadata: { name } }) => name !== 'b');
    const { code, stdout, stderr } = await run('--stale', '--yes', '--timeout', '1s');
    assert.equal(stdout, 'deployment/a -n shop: restarted\n');
    assert.match(
      stderr,
      /error: deployment\/b -n shop: not ready within 1 s: 0 of 1 Pods updated; 1 workload was not restarted\n$/,
    );
    assert.equal(code, 1);
    assert.deepEqual(patched(cluster), ['a', 'b']);
  });

  it('stops if a workload is still stale, because the injector has not loaded its configuration yet', async (t) => {
    const { run, cluster } = await setup(t, SHOP, ({ metadata: { name } }) => name !== 'a', true);
    const { code, stderr } = await run('--stale', '--yes');
    assert.match(
      stderr,
      /error: deployment\/a -n shop: still stale after the restart: configuration; has the/,
    );
    assert.deepEqual([code, patched(cluster)], [1, ['a']]);
  });

  it('restarts several at a time', async (t) => {
    const { run, cluster } = await setup(t, SHOP);
    const makeReady = cluster.onChange;
    const waiting: ClusterObject[] = [];
    cluster.onChange = (object) => {
      waiting.push(object);
      if (object.metadata.name === 'a') cluster.put({ ...object, status: { updatedReplicas: 0 } });
      else for (const each of waiting.splice(0)) makeReady(each);
    };
    const { code, stderr } = await run('--stale', '--yes', '--batch-size', '2', '--timeout', '30s');
    assert.deepEqual([code, patched(cluster)], [0, ['a', 'b', 'c']], stderr);
  });

  it('waits for the others of a batch if one cannot be restarted', async (t) => {
    const { run, cluster } = await setup(t, SHOP);
    cluster.forbidden.push(/^PATCH .*deployments\/a$/);
    const { code, stdout, stderr } = await run('--stale', '--yes', '--batch-size', '2');
    assert.equal(stdout, 'deployment/b -n shop: restarted\n');
    assert.match(stderr, /error: deployments is forbidden: .*; 1 workload was not restarted\n$/);
    assert.equal(code, 1);
  });

  it('reports each workload of a batch that does not become ready', async (t) => {
    const { run } = await setup(t, SHOP, ({ metadata: { name } }) => name === 'c');
    const { stderr } = await run('--stale', '--yes', '--batch-size', '2', '--timeout', '1s');
    assert.match(
      stderr,
      /deployment\/a -n shop: not ready .*; deployment\/b -n shop: not ready .*; 1 workload was/,
    );
  });

  it('goes on waiting while the API server is busy or fails', async (t) => {
    const { run, cluster } = await setup(t, [NAMESPACE, ...fakeDeployment('a'), podOf('a', before)]);
    const onChange = cluster.onChange;
    cluster.onChange = (object) => {
      const pattern = /^GET .*deployments\/a$/;
      cluster.failing.push({ pattern, code: 429, times: 1 }, { pattern, code: 503, times: 1 });
      onChange(object);
    };
    const { code, stdout, stderr } = await run('--stale', '--yes');
    assert.deepEqual([code, stdout, stderr], [0, 'deployment/a -n shop: restarted\n', '']);
    assert.deepEqual(patched(cluster), ['a']);
  });

  it('does not repeat a restart that failed: it may have happened', async (t) => {
    const { run, cluster } = await setup(t, SHOP);
    cluster.failing.push({ pattern: /^PATCH/, code: 503, times: 1 });
    const { code } = await run('--stale', '--yes');
    assert.deepEqual([code, patched(cluster)], [1, ['a']]);
  });

  it('restarts the others if a controller is gone, or is of another API with the same kind', async (t) => {
    const other = admitted(fakePod('other-0', { owner: 'StatefulSet/other' }), before);
    const { run } = await setup(t, [NAMESPACE, ...fakeDeployment('a'), podOf('a', before), other]);
    const { code, stdout, stderr } = await run('--stale', '--yes');
    assert.equal(stdout, 'deployment/a -n shop: restarted\n');
    assert.equal(stderr, 'warning: statefulset/other -n shop: statefulsets "other" not found\n');
    assert.equal(code, 0);
  });

  it('needs --yes without a terminal', async (t) => {
    const { run, cluster } = await setup(t, SHOP);
    const { code, stderr } = await run('--stale');
    assert.match(stderr, /error: --yes: expected, because there is no terminal to ask on\n$/);
    assert.deepEqual([code, patched(cluster)], [2, []]);
  });

  for (const [answer, expected] of [
    ['y', { code: 0, patched: ['a', 'b', 'c'] }],
    ['', { code: 1, patched: [] }],
  ] as const) {
    it(`asks on a terminal, and takes "${answer}" for an answer`, requires('script'), async (t) => {
      const { cluster, env } = await setup(t, SHOP);
      const line = `${process.execPath} ${MAIN} restart --stale`;
      const onTerminal = { env: { ...env, TERM: 'xterm', SHELL: '/bin/sh' }, stdin: `${answer}\n` };
      const { code, stdout } = await runProgram('script', ['-qec', line, '/dev/null'], onTerminal);
      assert.match(stdout, /deployment\/a -n shop: 1 stale: configuration\r\n/);
      assert.match(stdout, /Restart these 3 workloads\? \[y\/N\]/);
      assert.deepEqual({ code, patched: patched(cluster) }, expected);
    });
  }

  it('says that nothing is stale', async (t) => {
    const { run } = await setup(t, [NAMESPACE, ...fakeDeployment('current'), podOf('current', now)]);
    const { code, stderr } = await run('--stale', '--yes');
    assert.deepEqual([code, stderr], [0, 'Nothing to restart.\n']);
  });

  it("fails without the injector's configuration", async (t) => {
    const { run, cluster } = await setup(t, SHOP);
    cluster.forbidden.push(/mutatingwebhookconfigurations/);
    const { code, stderr } = await run('--stale', '--yes');
    assert.match(stderr, /^error: mutatingwebhookconfigurations is forbidden/);
    assert.deepEqual([code, patched(cluster)], [1, []]);
  });
});

describe('restart --never-asked', () => {
  it('restarts workloads whose Pods have no record, and would be injected', async (t) => {
    const { run } = await setup(t, SHOP);
    const { stdout } = await run('--never-asked', '--dry-run');
    assert.equal(stdout, 'deployment/unasked -n shop: 1 never asked, would be injected (dry run)\n');
  });
});

describe('restart WORKLOAD', () => {
  it('restarts it as kubectl does', async (t) => {
    const { run, cluster } = await setup(t, SHOP);
    const { stdout } = await run('deploy/current', '--yes');
    assert.equal(stdout, 'deployment/current -n shop: restarted\n');
    const time = valueAt(cluster.get('Deployment', 'current', 'shop'), RESTARTED_AT);
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('restarts a Rollout of Argo by its own field', async (t) => {
    const rollout = { kind: 'Rollout', metadata: { name: 'r', namespace: 'shop' }, spec: { replicas: 0 } };
    const { run, cluster } = await setup(t, [rollout]);
    const { code, stderr } = await run('rollout/r', '--yes');
    assert.equal(code, 0, stderr);
    assert.match(String(valueAt(cluster.get('Rollout', 'r', 'shop'), ['spec', 'restartAt'])), /^\d{4}-/);
  });

  it('says that a paused Deployment cannot be restarted', async (t) => {
    const paused = { kind: 'Deployment', metadata: { name: 'p', namespace: 'shop' }, spec: { paused: true } };
    const { run } = await setup(t, [paused]);
    const { code, stderr } = await run('deployment/p', '--yes');
    assert.deepEqual([code, stderr], [1, 'error: deployment/p -n shop: it is paused: resume it first\n']);
  });

  const INVALID: [string[], RegExp][] = [
    [[], /^error: WORKLOAD: expected a workload, or --stale or --never-asked, got neither\n$/],
    [['deploy/a', '--stale'], /got both\n$/],
    [['deploy/a', '-A'], /^error: --all-namespaces: expected no WORKLOAD/],
    [['job/a', '--yes'], /with a type of deployment, statefulset, daemonset, rollout, got job\/a\n$/],
    [['--stale', '--timeout', '5'], /Expected a duration such as 90s or 5m\./],
    [['--stale', '--batch-size', '0'], /Expected a number from 1 to 9999\./],
  ];
  for (const [args, message] of INVALID) {
    it(`rejects ${args.join(' ') || 'nothing'}`, async (t) => {
      const { run } = await setup(t, []);
      const { code, stderr } = await run(...args);
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
  }
});

const RESTARTED_AT = ['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'];

/** The Pod of a Deployment; without an injector, it has no record. */
function podOf(name: string, injector?: typeof now): ClusterObject {
  const pod = fakePod(`${name}-1`, { owner: `ReplicaSet/${name}-7bd5`, metadata: { labels: { app: name } } });
  return injector === undefined ? pod : admitted(pod, injector);
}

function patched({ requests }: FakeCluster): (string | undefined)[] {
  return requests.filter((line) => line.startsWith('PATCH')).map((line) => line.split('/').at(-1));
}

/** A cluster whose controllers replace the Pod of each restarted Deployment that `becomesReady`. */
async function setup(
  t: TestContext,
  objects: readonly ClusterObject[],
  becomesReady: (object: ClusterObject) => boolean = () => true,
  isOld = false,
) {
  const cluster = await FakeCluster.start(...fakeRelease({ config: CONFIG }), ...objects);
  t.after(() => cluster.stop());
  cluster.onChange = (object) => {
    const { name } = object.metadata;
    if (object.kind === 'Rollout') {
      cluster.put({ ...object, status: { restartedAt: asObject(object.spec).restartAt } });
      return;
    }
    const isReady = becomesReady(object) || isOld;
    const status = { ...asObject(object.status), updatedReplicas: Number(isReady) };
    cluster.put({ ...object, status });
    if (isReady) cluster.put(podOf(name, becomesReady(object) ? now : before));
  };
  const env = { KUBECONFIG: cluster.kubeconfig(join(temporaryFolder(), 'kubeconfig'), ['fake'], 'shop') };
  const run = (...args: string[]) => proxyInjector(['restart', ...args], { env });
  return { cluster, env, run };
}
