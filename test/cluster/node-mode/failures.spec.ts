import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { proxyInjector } from '../../cli/command-line.js';
import { until } from '../../support/until.js';
import { upgrade } from '../cli/upgrade.js';
import { at, Peers } from '../pods/peers.js';
import { RELEASE } from '../release.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { Agents, NODE_MODE } from './agents.js';
import { assertHeld, assertRedirected, probe, RESTRICTED, restrictedPeer } from './held-pods.js';

const cluster = sharedCluster();
const env = { KUBECONFIG: cluster.kubeconfig };

describe('node mode without a working agent', {
  skip: skipUnlessLocal(cluster, 'it breaks the node'),
}, () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `probe-${index}`);
  let agents: Agents;
  /** Of a Pod that runs before anything fails, and must stay redirected. */
  let peers: Peers;
  let namespace: string;

  before(async () => {
    await upgrade(cluster, NODE_MODE);
    agents = new Agents(cluster);
    await agents.settled();
    peers = await Peers.in(cluster, 'before', RESTRICTED);
    await peers.apply(restrictedPeer('web'), restrictedPeer('client'));
    await peers.wait('condition=Ready', 'pod/web', 'pod/client');
  });
  after(async () => {
    await peers?.remove();
    await upgrade(cluster, VALUES);
  });
  const fresh = async (name: string) => {
    namespace = await cluster.namespace(name, RESTRICTED);
  };
  afterEach(() => cluster.deleteNamespaces(namespace));

  const staysRedirected = async () => {
    const [[client = ''], [server = '']] = await Promise.all([
      peers.addresses('client'),
      peers.addresses('web'),
    ]);
    await until(() => peers.ask('client', 'tcp', at(server, 8080)).catch(() => false));
    await peers.forwards('web', 'tcp', client, at(server, 8080));
  };

  it('holds a Pod while there is no agent, says so, and starts it once there is one', async () => {
    await fresh('absent');
    await agents.remove();
    await cluster.apply([probe('probe')], namespace);
    await assertHeld(cluster, namespace, 'probe');
    const described = await cluster.kubectl('describe', 'pod', 'probe', '--namespace', namespace);
    assert.match(described, /wait-for-node-agent/);
    const { stdout } = await proxyInjector(['status', '-n', namespace], { env });
    assert.match(stdout, /1 init-iptables: waits for the redirect by the agent on node-1/);
    await staysRedirected();
    await agents.restore();
    await assertRedirected(cluster, namespace, 1);
  });

  it('redirects Pods that are created while the agent crashes', async () => {
    await fresh('crashed');
    await agents.settled();
    await Promise.all([cluster.apply(names(10).map(probe), namespace), agents.kill()]);
    await assertRedirected(cluster, namespace, 10);
  });

  it('holds a Pod while the agent is stopped', async () => {
    await fresh('stopped');
    const resume = await agents.stop();
    await cluster.apply([probe('probe')], namespace);
    await assertHeld(cluster, namespace, 'probe');
    await resume();
    await assertRedirected(cluster, namespace, 1);
  });

  it('redirects a Pod whose agent is slow', async () => {
    await fresh('slow');
    const thaw = await agents.freeze();
    await cluster.apply([probe('probe')], namespace);
    const { metadata } = await cluster.get('pod', 'probe', '--namespace', namespace);
    await until(() => cluster.local?.hasSandbox(metadata.uid));
    await thaw();
    await assertRedirected(cluster, namespace, 1);
  });

  it('redirects every Pod of a stream during an update of the agent', async () => {
    await fresh('updated');
    await agents.settled();
    let isUpdated = false;
    const update = agents.replace().finally(() => {
      isUpdated = true;
    });
    let count = 0;
    for (; !isUpdated; count += 1) {
      await cluster.apply([probe(`probe-${count}`)], namespace);
      await sleep(200);
    }
    await update;
    await assertRedirected(cluster, namespace, count);
  });

  it('redirects a Pod after containerd restarted', async () => {
    await fresh('containerd');
    const containerd = cluster.local?.daemon('containerd');
    await containerd?.stop('KILL');
    await containerd?.start();
    await cluster.apply([probe('probe')], namespace);
    await assertRedirected(cluster, namespace, 1);
    await staysRedirected();
  });

  it('redirects a Pod whose sandbox was killed again', async () => {
    await fresh('sandbox');
    const { metadata } = await peers.pod('web');
    const [before] = await peers.addresses('web');
    await cluster.local?.killSandbox(metadata.uid);
    await until(async () => {
      const { status } = await peers.pod('web');
      return (
        status.podIPs?.[0].ip !== before &&
        status.containerStatuses?.every(({ ready }: { ready: boolean }) => ready)
      );
    });
    await staysRedirected();
  });

  it('redirects a Pod once if the node has two agents', async () => {
    await fresh('twice');
    const { spec } = await agents.settled();
    const { nodeName: _, ...twin } = { ...spec, volumes: spec.volumes };
    const metadata = { name: 'twin' };
    await cluster.apply([{ apiVersion: 'v1', kind: 'Pod', metadata, spec: twin }], RELEASE);
    await cluster.wait('condition=Ready', 'pod/twin', RELEASE);
    await cluster.apply([probe('probe')], namespace);
    await assertRedirected(cluster, namespace, 1);
    await cluster.kubectl('delete', 'pod', 'twin', '--namespace', RELEASE, '--wait');
    await staysRedirected();
  });
});
