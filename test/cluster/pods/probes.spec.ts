import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PROXY_NAME } from '../../../src/core/pod/container-names.js';
import { until } from '../../support/until.js';
import { sharedCluster } from '../shared-cluster.js';
import { at, Peers, peer } from './peers.js';

/** Probes every second and fails at the first failure. */
const OFTEN = { periodSeconds: 1, failureThreshold: 1 };
const HTTP = { httpGet: { path: '/healthz', port: 8080 }, ...OFTEN };
const ASK = ['/peer', 'ask', 'tcp', '127.0.0.1:8080'];
/** A probe of a port where the app does not listen. */
const UNUSED_PORT = { tcpSocket: { port: 9999 }, ...OFTEN };

describe("the kubelet's probes of an app", () => {
  const cluster = sharedCluster();
  let peers: Peers;

  before(async () => {
    peers = await Peers.in(cluster, 'probes');
    await peers.apply(
      peer(
        'probed',
        {},
        {
          startupProbe: {
            exec: { command: ASK },
            periodSeconds: 1,
            timeoutSeconds: 10,
            failureThreshold: 60,
          },
          readinessProbe: HTTP,
          livenessProbe: { tcpSocket: { port: 8090 }, periodSeconds: 1 },
        },
      ),
      peer('skipped', { 'skip-inbound-ports': '8080' }, { readinessProbe: HTTP }),
      peer('unused', {}, { readinessProbe: UNUSED_PORT }),
      peer('unused-skipped', { 'skip-inbound-ports': '9999' }, { readinessProbe: UNUSED_PORT }),
    );
    await peers.wait('condition=Ready', 'pod/probed', 'pod/skipped');
  });
  after(() => peers?.remove());

  it('go through the proxy if they are httpGet or tcpSocket, and bypass it if they are exec', async () => {
    const [address = ''] = await peers.addresses('probed');
    const destinations = async () =>
      new Set((await peers.forwarded('probed')).map((line) => line.replace(/.* -> /, '')));
    await until(async () => (await destinations()).size >= 2);
    assert.deepEqual(await destinations(), new Set([at(address, 8080), at(address, 8090)]));
  });

  it('bypass the proxy if their port is skipped', async () => {
    assert.deepEqual(await peers.forwarded('skipped'), []);
  });

  it('succeed without the app if they are tcpSocket, unless their port is skipped', async () => {
    await peers.wait('condition=Ready', 'pod/unused');
    const query = 'fieldSelector=reason=Unhealthy,involvedObject.name=unused-skipped';
    const path = `/api/v1/namespaces/${peers.namespace}/events?${query}`;
    await until(async () => {
      const { items } = (await cluster.api.get(path)).object;
      return items.some(({ message }: { message: string }) => message.includes('connection refused'));
    });
    assert.equal((await peers.status('unused-skipped', 'app')).ready, false);
  });

  it('fail while the proxy does not answer, unless their port is skipped', {
    skip: cluster.local === undefined && 'it freezes containers on the node, so it needs a local cluster',
  }, async () => {
    const proxies = await Promise.all(['probed', 'skipped'].map((pod) => peers.status(pod, PROXY_NAME)));
    const freeze = (isFrozen: boolean) =>
      Promise.all(proxies.map(({ containerID }) => cluster.local?.freeze(containerID, isFrozen)));
    const before = await peers.successfulProbes('skipped', 'Readiness');
    await freeze(true);
    try {
      await peers.wait('condition=Ready=false', 'pod/probed');
      await until(async () => (await peers.successfulProbes('skipped', 'Readiness')) > before + 1);
    } finally {
      await freeze(false);
    }
    await peers.wait('condition=Ready', 'pod/probed');
  });
});
