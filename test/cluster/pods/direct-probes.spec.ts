import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PROXY_NAME } from '../../../src/core/pod/container-names.js';
import { until } from '../../support/until.js';
import { PEER_IMAGE } from '../local-cluster/images.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { MODES, Peers, peer } from './peers.js';

/** Probes every second, and gives up at the second failure. */
const OFTEN = { periodSeconds: 1, failureThreshold: 2 };
const PATIENT = { periodSeconds: 1, failureThreshold: 60 };
const BRIEF = { terminationGracePeriodSeconds: 1 };

/** One probe of each kind that speaks a protocol. They get the alias ports 63000, 63001, and 63002. */
const SPEAKING = {
  ports: [{ name: 'http', containerPort: 8080 }],
  startupProbe: { grpc: { port: 9090 }, ...PATIENT },
  livenessProbe: { httpGet: { path: '/healthz', port: 8443, scheme: 'HTTPS' }, ...OFTEN },
  readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, ...OFTEN },
};
const CONNECTING = {
  startupProbe: { tcpSocket: { port: 8090 }, ...PATIENT },
  livenessProbe: { tcpSocket: { port: 8090 }, ...OFTEN },
  readinessProbe: { tcpSocket: { port: 8080 }, ...OFTEN },
};
const PODS = MODES.flatMap((mode) => [`speaking-${mode}`, `connecting-${mode}`]);

/**
 * A native sidecar, which in container mode starts before the redirect is in place. Until then, its liveness probe
 * fails.
 */
const SIDECAR = {
  name: 'sidecar',
  image: PEER_IMAGE,
  args: ['app'],
  restartPolicy: 'Always',
  ...SPEAKING,
  livenessProbe: { ...SPEAKING.livenessProbe, ...PATIENT },
};

describe("the kubelet's direct probes of an app", () => {
  const cluster = sharedCluster();
  let peers: Peers;
  const direct = (mode: string) => ({ mode, probes: 'direct' });

  before(async () => {
    peers = await Peers.in(cluster, 'direct-probes');
    await peers.apply(
      ...MODES.flatMap((mode) => [
        peer(`speaking-${mode}`, direct(mode), SPEAKING, BRIEF),
        peer(`connecting-${mode}`, direct(mode), CONNECTING, BRIEF),
        peer(`beside-sidecar-${mode}`, direct(mode), { args: ['pause'] }, { initContainers: [SIDECAR] }),
      ]),
      peer('proxied', {}, SPEAKING, BRIEF),
      peer('unused', direct('native'), { readinessProbe: { tcpSocket: { port: 9999 }, ...OFTEN } }),
      peer('unhealthy', direct('native'), {
        livenessProbe: { httpGet: { path: '/missing', port: 8080 }, ...OFTEN },
        lifecycle: { preStop: { httpGet: { path: '/stopping', port: 8080 } } },
      }),
    );
    await peers.wait('condition=Ready', 'pod/proxied', ...PODS.map((pod) => `pod/${pod}`));
  });
  after(() => peers?.remove());

  for (const mode of MODES) {
    it(`reach it on their alias ports, past the proxy (${mode})`, async () => {
      const [address] = await peers.addresses(`speaking-${mode}`);
      const asked = [
        `http POST ${address}:63000/grpc.health.v1.Health/Check`,
        `http GET ${address}:63001/healthz`,
        `http GET ${address}:63002/healthz`,
      ];
      await until(async () => {
        const lines: readonly string[] =
          (await peers.log(`speaking-${mode}`, 'app')).match(/^http .*$/gm) ?? [];
        return asked.every((line) => lines.includes(line));
      });
      for (const pod of [`speaking-${mode}`, `connecting-${mode}`])
        assert.deepEqual(await peers.forwarded(pod), [], pod);
    });

    it(`let a native sidecar of the Pod start (${mode})`, async () => {
      await peers.wait('condition=Ready', `pod/beside-sidecar-${mode}`);
      assert.equal((await peers.status(`beside-sidecar-${mode}`, 'sidecar')).restartCount, 0);
      assert.deepEqual(await peers.forwarded(`beside-sidecar-${mode}`), []);
    });
  }

  it('fail if the app does not listen, although a proxy does', async () => {
    await peers.wait('jsonpath={.status.containerStatuses[0].started}=true', 'pod/unused');
    const query = 'fieldSelector=reason=Unhealthy,involvedObject.name=unused';
    const path = `/api/v1/namespaces/${peers.namespace}/events?${query}`;
    await until(async () => {
      const { items } = (await cluster.api.get(path)).object;
      return items.some(({ message }: { message: string }) => /:63000: .*refused/.test(message));
    });
    assert.equal((await peers.status('unused', 'app')).ready, false);
  });

  it('restart an app that is not healthy, after its httpGet hook', async () => {
    await until(async () => (await peers.status('unhealthy', 'app')).restartCount > 0);
    const log = await peers.log('unhealthy', 'app&previous=true');
    const [address] = await peers.addresses('unhealthy');
    assert.match(log, new RegExp(`^http GET ${address}:63000/stopping$`, 'm'));
  });

  it('show their alias ports in kubectl describe', async () => {
    const text = await cluster.kubectl('describe', 'pod', 'speaking-native', '-n', peers.namespace);
    assert.match(text, /Liveness: +http-get https:\/\/:63001\/healthz/);
  });

  it('leave the original ports on the Pod, for uninject', async () => {
    const { metadata } = await peers.pod('speaking-native');
    const { probes } = JSON.parse(metadata.annotations['proxy-injection/added']);
    assert.deepEqual(probes, {
      app: {
        'startupProbe.grpc.port': 9090,
        'livenessProbe.httpGet.port': 8443,
        'readinessProbe.httpGet.port': 'http',
      },
    });
  });

  it('succeed while the proxy is stopped, and no app restarts, unlike one whose probes are proxied', {
    skip: skipUnlessLocal(cluster, 'it stops containers on the node'),
  }, async () => {
    const stopped = await Promise.all(
      [...PODS, 'proxied'].map(async (pod) => (await peers.status(pod, PROXY_NAME)).containerID),
    );
    const suspend = (isSuspended: boolean) =>
      Promise.all(stopped.map((id) => cluster.local?.suspend(id, isSuspended)));
    const successes = () => Promise.all(PODS.map((pod) => peers.successfulProbes(pod, 'Liveness')));
    await suspend(true);
    try {
      const before = await successes();
      await until(async () => (await peers.status('proxied', 'app')).restartCount > 0);
      await until(async () => (await successes()).every((count, index) => count > Number(before[index]) + 3));
      for (const pod of PODS) {
        const { restartCount, ready } = await peers.status(pod, 'app');
        assert.deepEqual([pod, restartCount, ready], [pod, 0, true]);
      }
    } finally {
      await suspend(false);
    }
  });

  it('restart an app that is stopped', {
    skip: skipUnlessLocal(cluster, 'it stops containers on the node'),
  }, async () => {
    const pods = MODES.map((mode) => `speaking-${mode}`);
    for (const pod of pods) await cluster.local?.suspend((await peers.status(pod, 'app')).containerID, true);
    await until(async () => {
      const statuses = await Promise.all(pods.map((pod) => peers.status(pod, 'app')));
      return statuses.every(({ restartCount, ready }) => restartCount > 0 && ready);
    });
  });

  it('are not used by default, so admission warns about tcpSocket probes', async () => {
    const pod = peer('warned', {}, { livenessProbe: { tcpSocket: { port: 8090 } } });
    const args = ['create', '--dry-run=server', '--namespace', peers.namespace, '--filename', '-'];
    const { stderr } = await cluster.tryKubectl(args, [pod]);
    assert.match(
      stderr,
      /Warning: proxy-injection: the tcpSocket livenessProbe checks the proxy, not the app/,
    );
  });
});
