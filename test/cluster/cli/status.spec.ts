import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { WorkloadStatus } from '../../../src/cli/cluster/status/workload-status.js';
import { proxyInjector } from '../../cli/command-line.js';
import { PEER_IMAGE } from '../local-cluster/images.js';
import { RELEASE } from '../release.js';
import { sharedCluster } from '../shared-cluster.js';

const cluster = sharedCluster();
const env = { KUBECONFIG: cluster.kubeconfig };
const folder = mkdtempSync(join(tmpdir(), 'status-'));
const podSpec = {
  terminationGracePeriodSeconds: 1,
  containers: [{ name: 'app', image: PEER_IMAGE, args: ['app'] }],
};
let namespace: string;

before(async () => {
  namespace = await cluster.namespace('status');
  await cluster.apply([pod('early')], namespace);
  await cluster.kubectl('label', 'namespace', namespace, 'proxy-injection=enabled');
  await cluster.apply(
    [
      deployment('web'),
      deployment('host', { spec: { hostNetwork: true } }),
      pod('out', { 'proxy-injection': 'disabled' }),
    ],
    namespace,
  );
  for (const name of ['web', 'host'])
    await cluster.wait('condition=Available', `deployment/${name}`, namespace);
});

after(async () => {
  await cluster.deleteNamespaces(namespace);
  rmSync(folder, { recursive: true });
});

describe('config pull', () => {
  it('gives the hash of the running service', async () => {
    const file = join(folder, 'config.yaml');
    const pulled = await proxyInjector(['config', 'pull', '-o', file], { env });
    const { stdout } = await proxyInjector(['config', 'check', file]);
    const hash = /\(hash (\w+)\)/.exec(stdout)?.[1] ?? pulled.stderr;
    for (const { metadata } of await cluster.pods(RELEASE, 'app.kubernetes.io/component=webhook')) {
      const metrics = await cluster.kubectl(
        'get',
        '--raw',
        `/api/v1/namespaces/${RELEASE}/pods/${metadata.name}:8080/proxy/metrics`,
      );
      assert.ok(metrics.includes(`config_info{hash="${hash}"} 1`), `${hash}\n${metrics}`);
    }
    const [web] = await cluster.pods(namespace, 'app=web');
    assert.equal(web?.metadata.annotations['proxy-injection/config-hash'], hash);
  });
});

describe('status', () => {
  it('tells injected, skipped, and never asked Pods apart', async () => {
    const workloads = await statusOf();
    assert.deepEqual(
      workloads.map(({ kind, name, pods, injected, skipped, neverAsked, stale }) => ({
        workload: `${kind}/${name}`,
        pods,
        injected,
        skipped,
        neverAsked,
        stale: stale.pods,
      })),
      [
        { workload: 'Pod/early', pods: 1, injected: 0, skipped: {}, neverAsked: { injected: 1 }, stale: 0 },
        {
          workload: 'Deployment/host',
          pods: 1,
          injected: 0,
          skipped: { 'host-network': 1 },
          neverAsked: {},
          stale: 0,
        },
        { workload: 'Deployment/web', pods: 1, injected: 1, skipped: {}, neverAsked: {}, stale: 0 },
      ],
    );
  });

  it('counts the Pod that opted out as not selected, because the API server does not call the webhook', async () => {
    const { stdout } = await proxyInjector(['status', '-n', namespace, 'pod/out', '-o', 'json'], { env });
    const { workloads } = JSON.parse(stdout);
    assert.equal(workloads[0].notSelected, 1);
  });

  it('finds Pods of another configuration', async () => {
    const text = await cluster.get('configmap', RELEASE, '-n', RELEASE);
    const changed = text.data['config.yaml'].replace(/(redirect:\n(?: .*\n)*? +ipv6: )enabled/, '$1disabled');
    assert.notEqual(changed, text.data['config.yaml']);
    const file = join(folder, 'changed.yaml');
    writeFileSync(file, changed);
    const web = (await statusOf('--config', file)).find(({ name }) => name === 'web');
    assert.deepEqual(web?.stale, { pods: 1, differences: { configuration: 1 } });
  });

  it('works with the permissions of a developer, and says what it could not read', async () => {
    await cluster.kubectl('create', 'serviceaccount', 'dev', '-n', namespace);
    await cluster.kubectl(
      'create',
      'rolebinding',
      'dev',
      '--clusterrole=view',
      `--serviceaccount=${namespace}:dev`,
      '-n',
      namespace,
    );
    const token = (await cluster.kubectl('create', 'token', 'dev', '-n', namespace)).trim();
    const config = JSON.parse(await cluster.kubectl('config', 'view', '--raw', '--minify', '-o', 'json'));
    config.users[0].user = { token };
    const KUBECONFIG = join(folder, 'dev.kubeconfig');
    writeFileSync(KUBECONFIG, JSON.stringify(config));
    const { code, stdout, stderr } = await proxyInjector(['status', '-n', namespace], {
      env: { KUBECONFIG },
    });
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /^warning: mutatingwebhookconfigurations\S* is forbidden: .*; without the injector's configuration/,
    );
    assert.match(stdout, /^deployment\/web +1 +1 +1\/1 +0 +injected$/m);
    assert.match(stdout, /^deployment\/host +1 +0 +- +- +1 skipped: host-network$/m);
    const all = await proxyInjector(['status', '-A'], { env: { KUBECONFIG } });
    assert.equal(all.code, 1);
    assert.match(all.stderr, /^error: pods is forbidden: User .* at the cluster scope\n$/);
  });
});

async function statusOf(...options: string[]): Promise<WorkloadStatus[]> {
  const args = ['status', '-n', namespace, '-o', 'json', ...options];
  const { code, stdout, stderr } = await proxyInjector(args, { env });
  assert.equal(code, 0, stderr);
  const { workloads } = JSON.parse(stdout) as { workloads: WorkloadStatus[] };
  return workloads.filter(({ name }) => name !== 'out');
}

function deployment(name: string, { spec = {} } = {}) {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { ...podSpec, ...spec } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template },
  };
}

function pod(name: string, labels: object = {}) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: podSpec };
}
