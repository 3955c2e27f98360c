import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { INIT_NAME, PROXY_NAME } from '../../../src/core/pod/container-names.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import { sharedCluster } from '../shared-cluster.js';
import { at, deployment, MODES, Peers, peer } from './peers.js';

/** What the level `restricted` requires of a Pod, with other users and groups than the image's. */
const NON_ROOT = {
  runAsNonRoot: true,
  runAsUser: 1000,
  runAsGroup: 3000,
  fsGroup: 2000,
  supplementalGroups: [4000],
  seccompProfile: { type: 'RuntimeDefault' },
};
const RESTRICTED = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** A Service with a port that its Pods do not use. */
const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web-native' }, ports: [{ port: 80, targetPort: 8080 }] },
};

describe('Pods in a namespace that opted in', () => {
  const cluster = sharedCluster();
  /** A Pod of each mode. */
  const web: { [mode: string]: KubernetesObject } = {};
  let peers: Peers;

  before(async () => {
    peers = await Peers.in(cluster, 'redirected');
    await peers.apply(
      ...MODES.map((mode) => deployment(peer(`web-${mode}`, { mode, 'skip-inbound-ports': '8090' }))),
      SERVICE,
      peer('client'),
      peer('caller', { outbound: 'enabled', 'skip-outbound-ports': '8090' }),
      peer('non-root', {}, { securityContext: RESTRICTED }, { securityContext: NON_ROOT }),
      peer('user-namespace', {}, {}, { hostUsers: false }),
    );
    const deployments = MODES.map((mode) => `deployment/web-${mode}`);
    await peers.wait('condition=Available', ...deployments);
    await peers.wait('condition=Ready', 'pod/client', 'pod/caller', 'pod/non-root', 'pod/user-namespace');
    for (const mode of MODES) [web[mode]] = await cluster.pods(peers.namespace, `app=web-${mode}`);
    for (const name of ['non-root', 'user-namespace', ...MODES.map((mode) => web[mode].metadata.name)])
      await listens(name);
  });
  after(() => peers?.remove());

  /** Waits until a Pod's app and proxy answer: a running container may not listen yet. */
  const listens = async (name: string) => {
    const [server = ''] = await peers.addresses(name);
    await until(() => peers.ask('client', 'tcp', at(server, 8080)).catch(() => false));
  };

  /** The addresses of the calling and the answering Pod, a pair per family. */
  const pairs = async (from: string, to: string): Promise<[string, string][]> => {
    const [clients, servers] = await Promise.all([peers.addresses(from), peers.addresses(to)]);
    if (cluster.local !== undefined) assert.equal(servers.length, 2);
    return clients.map((client, index) => [client, servers[index] ?? '']);
  };

  for (const mode of MODES) {
    describe(`in ${mode} mode`, () => {
      it('start: init-iptables succeeds and the proxy runs', async () => {
        const { metadata, spec } = web[mode];
        const { name } = metadata;
        const kind = mode === 'native' ? spec.initContainers : spec.containers;
        assert.ok(kind.some((container: { name: string }) => container.name === PROXY_NAME));
        const init = await peers.status(name, INIT_NAME);
        assert.equal(init.state.terminated?.exitCode, 0);
        assert.equal(init.restartCount, 0);
        const proxy = await peers.status(name, PROXY_NAME);
        assert.ok(proxy.ready && proxy.state.running);
        assert.match(await peers.log(name, INIT_NAME), /^proxy-init: redirected IPv4/);
        assert.match(
          init.state.terminated?.message ?? '',
          /^proxy-init: redirected IPv4 .*with (nft|iptables-)/,
        );
      });

      it('receive TCP and UDP, over IPv4 and IPv6, through the proxy', async () => {
        const { name } = web[mode].metadata;
        for (const [client, server] of await pairs('client', name)) {
          const [tcp, udp] = await Promise.all([
            peers.ask('client', 'tcp', at(server, 8080)),
            peers.ask('client', 'udp', at(server, 8081)),
          ]);
          assert.ok(tcp.startsWith(`app 8080 from ${at(server)}`), tcp);
          assert.ok(udp.startsWith('app 8081 from 127.0.0.1:'), udp);
          await peers.forwards(name, 'tcp', client, at(server, 8080));
          await peers.forwards(name, 'udp', client, '127.0.0.1:8081');
        }
      });

      it('receive traffic to a skipped port directly', async () => {
        const { name } = web[mode].metadata;
        for (const [client, server] of await pairs('client', name)) {
          const answer = await peers.ask('client', 'tcp', at(server, 8090));
          assert.ok(answer.startsWith(`app 8090 from ${at(client)}`), answer);
        }
        assert.deepEqual(
          (await peers.forwarded(name)).filter((line) => line.endsWith(':8090')),
          [],
        );
      });
    });
  }

  it('run with the proxy as non-root users', async () => {
    for (const [client, server] of await pairs('client', 'non-root')) {
      await peers.ask('client', 'tcp', at(server, 8080));
      await peers.forwards('non-root', 'tcp', client, at(server, 8080));
    }
  });

  it('run with a user namespace of their own', async () => {
    const init = await peers.status('user-namespace', INIT_NAME);
    assert.match(init.state.terminated?.message ?? '', /^proxy-init: redirected IPv4/);
    for (const [client, server] of await pairs('client', 'user-namespace')) {
      await peers.ask('client', 'tcp', at(server, 8080));
      await peers.forwards('user-namespace', 'tcp', client, at(server, 8080));
    }
  });

  it('send traffic through their own proxy once, if outbound is enabled, except to skipped ports', async () => {
    const { name } = web.container.metadata;
    const hosts = await pairs('caller', name);
    for (const [caller, server] of hosts) {
      await peers.ask('caller', 'tcp', at(server, 8080));
      await peers.forwards(name, 'tcp', caller, at(server, 8080));
      const skipped = await peers.ask('caller', 'tcp', at(server, 8090));
      assert.ok(skipped.startsWith(`app 8090 from ${at(caller)}`), skipped);
      await peers.forwards('caller', 'tcp', caller, at(server, 8080));
    }
    assert.equal((await peers.forwarded('caller')).length, hosts.length);
  });

  it('reach a Service through their own proxy', async () => {
    const { spec } = await cluster.get('service', 'web', '--namespace', peers.namespace);
    const address = at(spec.clusterIP, 80);
    await until(() => peers.ask('caller', 'tcp', address).catch(() => false));
    const [caller = ''] = await peers.addresses('caller');
    await peers.forwards('caller', 'tcp', caller, address);
    const [server = ''] = await peers.addresses(web.native.metadata.name);
    await peers.forwards(web.native.metadata.name, 'tcp', caller, at(server, 8080));
  });
});
