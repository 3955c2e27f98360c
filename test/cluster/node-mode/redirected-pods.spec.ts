import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { INIT_NAME, PROXY_NAME } from '../../../src/core/pod/container-names.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { proxyInjector } from '../../cli/command-line.js';
import { until } from '../../support/until.js';
import { upgrade } from '../cli/upgrade.js';
import { at, Peers } from '../pods/peers.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { Agents, NODE_MODE } from './agents.js';
import { RESTRICTED, restrictedPeer } from './held-pods.js';

const cluster = sharedCluster();

describe('node mode', { skip: skipUnlessLocal(cluster, 'its nodes need NRI') }, () => {
  let peers: Peers;

  before(async () => {
    await upgrade(cluster, NODE_MODE);
    await new Agents(cluster).settled();
    peers = await Peers.in(cluster, 'node-mode', RESTRICTED);
    await peers.apply(
      restrictedPeer('web', { 'skip-inbound-ports': '8090' }),
      restrictedPeer('client'),
      restrictedPeer('caller', { outbound: 'enabled' }),
      restrictedPeer('user-namespace', {}, {}, { hostUsers: false }),
    );
    await peers.wait('condition=Ready', 'pod/web', 'pod/client', 'pod/caller', 'pod/user-namespace');
  });
  after(async () => {
    await peers?.remove();
    await upgrade(cluster, VALUES);
  });

  it('adds no capability to a Pod of a restricted namespace', async () => {
    const { spec, metadata } = await peers.pod('web');
    const containers: KubernetesObject[] = [...spec.initContainers, ...spec.containers];
    assert.deepEqual(
      containers.filter(({ securityContext }) => securityContext.capabilities.add !== undefined),
      [],
    );
    assert.deepEqual(
      spec.initContainers.map(({ name }: KubernetesObject) => name),
      [INIT_NAME, PROXY_NAME],
    );
    assert.ok(metadata.annotations['proxy-injection/redirect']);
  });

  it('ends the validator once both families are redirected', async () => {
    const { state } = await peers.status('web', INIT_NAME);
    assert.equal(state.terminated.exitCode, 0);
    assert.match(state.terminated.message, /^proxy-init: the node redirected IPv4 and IPv6/);
  });

  for (const pod of ['web', 'user-namespace']) {
    it(`redirects what ${pod} receives over IPv4 and IPv6, except for skipped ports`, async () => {
      const [clients, servers] = await Promise.all([peers.addresses('client'), peers.addresses(pod)]);
      assert.equal(servers.length, 2);
      for (const [index, server] of servers.entries()) {
        const client = clients[index] ?? '';
        await until(() => peers.ask('client', 'tcp', at(server, 8080)).catch(() => false));
        await peers.forwards(pod, 'tcp', client, at(server, 8080));
        if (pod !== 'web') continue;
        const answer = await peers.ask('client', 'tcp', at(server, 8090));
        assert.ok(answer.startsWith(`app 8090 from ${at(client)}`), answer);
      }
    });
  }

  it('redirects what a Pod sends over IPv4 and IPv6', async () => {
    const [callers, servers] = await Promise.all([peers.addresses('caller'), peers.addresses('web')]);
    for (const [index, server] of servers.entries()) {
      await peers.ask('caller', 'tcp', at(server, 8080));
      await peers.forwards('caller', 'tcp', callers[index] ?? '', at(server, 8080));
    }
  });

  it('fails the sandbox of a Pod whose annotation is malformed, and names the field', async () => {
    const namespace = await cluster.namespace('malformed');
    const pod = restrictedPeer('evil', { redirect: '{"tcpPort":"80; flush ruleset"}' });
    await cluster.apply([pod], namespace);
    await until(async () => {
      const events = await cluster.kubectl('events', '--for=pod/evil', '--namespace', namespace);
      return /FailedCreatePodSandBox/.test(events) && /tcpPort/.test(events);
    });
    await cluster.deleteNamespaces(namespace);
  });

  it('passes check', async () => {
    const env = { KUBECONFIG: cluster.kubeconfig };
    const { stdout } = await proxyInjector(['check', '-o', 'json'], { env });
    const found = JSON.parse(stdout).find(({ check }: { check: string }) => check === 'agent');
    assert.deepEqual([found.status, found.detail], ['ok', '1 of 1 nodes']);
  });
});
