import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { proxyInjector } from '../../cli/command-line.js';
import { until } from '../../support/until.js';
import { at, deployment, Peers, peer } from '../pods/peers.js';
import { sharedCluster } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { upgrade } from './upgrade.js';

/** Another hash, with proxies that do the same. */
const CHANGED = { ...VALUES, config: { ...VALUES.config, redirect: { skipInboundPorts: '9999' } } };
/** Long enough for kube-proxy to send no more connections. */
const SLEEPS = { lifecycle: { preStop: { sleep: { seconds: 5 } } } };

describe('restart --stale', () => {
  const cluster = sharedCluster();
  const env = { KUBECONFIG: cluster.kubeconfig };
  let peers: Peers;
  let web: string;

  before(async () => {
    peers = await Peers.in(cluster, 'restart');
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 8080 }] },
    };
    const { spec, ...rest } = deployment(peer('web', {}, SLEEPS));
    await peers.apply(peer('client', { 'skip-outbound-ports': '8080' }), service, {
      ...rest,
      spec: { ...spec, replicas: 2, minReadySeconds: 1 },
    });
    await peers.wait('condition=Available', 'deployment/web');
    await peers.wait('condition=Ready', 'pod/client');
    const { spec: created } = await cluster.get('service', 'web', '--namespace', peers.namespace);
    web = at(created.clusterIP, 8080);
    await until(() => peers.ask('client', 'tcp', web).catch(() => false));
  });
  after(async () => {
    await upgrade(cluster, VALUES);
    await peers.remove();
  });

  it('replaces the proxies after a change of the configuration, and no request to the workload fails', async () => {
    await upgrade(cluster, CHANGED);
    const dryRun = await restart('--dry-run');
    assert.deepEqual(
      [dryRun.code, dryRun.stdout],
      [0, `deployment/web -n ${peers.namespace}: 2 stale: configuration (dry run)\n`],
    );
    let isDone = false;
    const restarted = restart('--yes').finally(() => {
      isDone = true;
    });
    let requests = 0;
    for (; !isDone; requests++) await peers.ask('client', 'tcp', web);
    const { code, stdout, stderr } = await restarted;
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `deployment/web -n ${peers.namespace}: restarted\n`);
    assert.match(stderr, /^warning: pod\/client -n \S+: a Pod cannot be restarted: create it again\n$/);
    assert.ok(requests > 20, `${requests} requests`);
    const { stdout: status } = await proxyInjector(['status', '-n', peers.namespace, 'deployment/web'], {
      env,
    });
    assert.match(status, /^deployment\/web +2 +2 +2\/2 +0 +current$/m);
  });

  it('restarts nothing a second time', async () => {
    const { code, stderr } = await restart('--yes');
    assert.equal(code, 0);
    assert.match(stderr, /Nothing to restart\.\n$/);
  });

  function restart(...options: string[]) {
    return proxyInjector(['restart', '-n', peers.namespace, '--stale', ...options], { env });
  }
});
