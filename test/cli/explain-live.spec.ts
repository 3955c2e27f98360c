import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { type ClusterObject, FakeCluster } from '../support/fake-cluster.js';
import { admitted, fakeDeployment, fakeInjector, fakePod } from '../support/fake-pods.js';
import { fakeRelease } from '../support/fake-release.js';
import { proxyInjector, temporaryFolder } from './command-line.js';
import { deployment } from './sample-manifests.js';

const CONFIG = `version: ${PRODUCT_VERSION}\nineligiblePods: admit\nproxy: {image: "ours:1"}\n`;
const before = fakeInjector(`${CONFIG}redirect: {ipv6: disabled}\n`);
const LABELED = { labels: { app: 'web' } };

const SHOP: ClusterObject[] = [
  { kind: 'Namespace', metadata: { name: 'shop', labels: { 'proxy-injection': 'enabled' } } },
  { kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'shop' } },
  ...fakeDeployment('web'),
  admitted(fakePod('web-1', { owner: 'ReplicaSet/web-7bd5', metadata: LABELED }), before),
  fakePod('bare', { spec: { hostNetwork: true } }),
  event('Pod/web-1', '2026-01-01T00:00:03Z', 'Started', 'Container\nstarted', { count: 3 }),
  event('ReplicaSet/web-7bd5', '2026-01-01T00:00:01Z', 'FailedCreate', 'denied: port-conflict', {
    type: 'Warning',
  }),
  event('Deployment/web', '2026-01-01T00:00:02Z', 'ScalingReplicaSet', 'Scaled up'),
  event('Pod/other', '2026-01-01T00:00:02Z', 'Started', 'of another Pod'),
];

describe('explain TYPE/NAME', () => {
  it('tells what happened to a Pod, what would happen now, and the Events about it and its controllers', async (t) => {
    const { run } = await setup(t);
    const { code, stdout, stderr } = await run('pod/web-1');
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.match(
      stdout,
      /^pod\/web-1 in namespace shop was injected by version \S+ with another configuration \(hash/,
    );
    assert.match(stdout, /\nA new Pod like it: injected\. The proxy was injected\.\n/);
    assert.ok(
      stdout.includes(`
    2026-01-01T00:00:01Z  FailedCreate       replicaset/web-7bd5  denied: port-conflict
    2026-01-01T00:00:02Z  ScalingReplicaSet  deployment/web       Scaled up
    2026-01-01T00:00:03Z  Started            pod/web-1            Container started (3 times)
`),
      stdout,
    );
  });

  it('names the objects of the cluster as the origins of what it read', async (t) => {
    const { run } = await setup(t);
    const { stdout } = await run('pod/bare');
    assert.match(stdout, /namespace label proxy-injection is "enabled" \(namespace\/shop\)\n/);
    assert.match(stdout, /yes +host-network +spec\.hostNetwork is true \(pod\/bare\)\n/);
    assert.match(
      stdout,
      /setting ineligiblePods is "admit" \(configmap\/proxy-injector \S+ \S+ config\.yaml:2:17\)\n/,
    );
  });

  it('explains the template of a workload, with its Pods, and the Events of its ReplicaSets', async (t) => {
    const { run } = await setup(t);
    const { stdout } = await run('deploy/web', '-o', 'json');
    const [{ object, outcome, pods, events }] = JSON.parse(stdout);
    assert.deepEqual(
      { object, outcome, pods, events: events.map(({ reason }: ClusterObject) => reason) },
      {
        object: 'deployment/web',
        outcome: 'injected',
        pods: ['1 stale: configuration'],
        events: ['FailedCreate', 'ScalingReplicaSet'],
      },
    );
  });

  it('uses a file for the configuration if one is given', async (t) => {
    const { run } = await setup(t);
    const { stdout } = await run('pod/web-1', '--config', 'other.yaml');
    assert.match(stdout, /proxy\.image +theirs:2 +other\.yaml:1:16\n/);
  });

  it('says what it must not read, and goes on', async (t) => {
    const { run, cluster } = await setup(t);
    cluster.forbidden.push(/mutatingwebhook/, /\/namespaces\/shop$/, /serviceaccounts/, /events/);
    const { code, stdout, stderr } = await run('pod/web-1');
    assert.equal(code, 0);
    assert.match(
      stderr,
      /warning: mutatingwebhook\S+ is forbidden: .*; using the defaults instead of the injector's/,
    );
    for (const what of ['namespaces', 'serviceaccounts', 'events']) {
      assert.match(stderr, new RegExp(`\nwarning: ${what} is forbidden`));
    }
    assert.match(stdout, /unknown +namespace label proxy-injection is unknown/);
  });

  it('fails like kubectl if the object does not exist', async (t) => {
    const { run } = await setup(t);
    const { code, stderr } = await run('pod/none');
    assert.deepEqual([code, stderr], [1, 'error: pods "none" not found\n']);
  });

  it('reads a file of that name instead', async (t) => {
    const { run, folder } = await setup(t);
    writeFileSync(join(folder, 'pod.yaml'), deployment('of-file'));
    assert.match((await run('pod.yaml')).stdout, /^deployment\/of-file /);
    const mixed = await run('pod/web-1', 'pod.yaml');
    assert.deepEqual(
      [mixed.code, mixed.stderr],
      [2, 'error: pod.yaml: expected TYPE/NAME, like the other arguments, got a file\n'],
    );
  });
});

function event(of: string, time: string, reason: string, message: string, more: object = {}): ClusterObject {
  const [kind, name] = of.split('/');
  return {
    kind: 'Event',
    metadata: { name: `${name}.${reason}`, namespace: 'shop' },
    involvedObject: { kind, name },
    lastTimestamp: time,
    type: 'Normal',
    reason,
    message,
    ...more,
  };
}

async function setup(t: TestContext) {
  const cluster = await FakeCluster.start(...fakeRelease({ config: CONFIG }), ...SHOP);
  t.after(() => cluster.stop());
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'other.yaml'), 'proxy: {image: "theirs:2"}\n');
  const KUBECONFIG = cluster.kubeconfig(join(folder, 'kubeconfig'), ['fake'], 'shop');
  const run = (...args: string[]) =>
    proxyInjector(['explain', ...args], { env: { KUBECONFIG }, cwd: folder });
  return { cluster, folder, run };
}
