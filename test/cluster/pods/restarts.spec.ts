import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { INIT_NAME, PROXY_NAME, RULES_VARIABLES } from '../../../src/core/pod/container-names.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import { sharedCluster } from '../shared-cluster.js';
import { rulesIn, rulesOf, terminate } from './ephemeral-containers.js';
import { at, MODES, Peers, peer } from './peers.js';

/**
 * Restarts all containers of the Pod, including init containers, in its network when the app exits (Kubernetes 1.36).
 */
const RESTART_ALL_CONTAINERS = {
  restartPolicy: 'Always',
  restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [0] } }],
};

const cluster = sharedCluster();
const { object: version } = await cluster.api.get('/version');
const canRestartAll = Number.parseInt(version.minor, 10) >= 36;

describe('an injected Pod', { concurrency: true }, () => {
  let peers: Peers;

  before(async () => {
    peers = await Peers.in(cluster, 'restarts');
    const pods = MODES.flatMap((mode) => [
      peer(`proxy-${mode}`, { mode }),
      ...(canRestartAll
        ? [peer(`restart-all-${mode}`, { mode, outbound: 'enabled' }, RESTART_ALL_CONTAINERS)]
        : []),
      peer(`new-network-${mode}`, { mode, outbound: 'enabled' }),
    ]);
    await peers.apply(peer('client'), ...pods);
    await peers.wait('condition=Ready', 'pod/client', ...pods.map(({ metadata }) => `pod/${metadata.name}`));
  });
  after(() => peers?.remove());

  for (const mode of MODES) {
    it(`keeps its redirect when the proxy restarts (${mode})`, async () => {
      const { spec } = await peers.pod(`proxy-${mode}`);
      const containers: KubernetesObject[] = [...spec.initContainers, ...spec.containers];
      const proxy = containers.find(({ name }) => name === PROXY_NAME);
      await terminate(peers, `proxy-${mode}`, PROXY_NAME, proxy.securityContext.runAsUser);
      await restarted(`proxy-${mode}`, PROXY_NAME);
    });

    it(`has each rule once after its init containers ran again in its network (${mode})`, {
      skip: !canRestartAll && 'it needs Kubernetes 1.36',
    }, async () => {
      const pod = `restart-all-${mode}`;
      const addresses = await peers.addresses(pod);
      await terminate(peers, pod, 'app');
      await restarted(pod, INIT_NAME);
      assert.deepEqual(await peers.addresses(pod), addresses);
      assert.deepEqual(await rulesIn(peers, pod), await renderedRules(pod));
    });

    it(`has each rule once after its init containers ran again in a new network (${mode})`, {
      skip: cluster.local === undefined && 'it kills containers on the node, so it needs a local cluster',
    }, async () => {
      const pod = `new-network-${mode}`;
      await cluster.local?.killSandbox((await peers.pod(pod)).metadata.uid);
      await restarted(pod, INIT_NAME);
      assert.deepEqual(await rulesIn(peers, pod), await renderedRules(pod));
    });
  }

  /** The rules that a Pod was created with. */
  const renderedRules = async (pod: string): Promise<string[]> => {
    const { spec } = await peers.pod(pod);
    const { env } = spec.initContainers.find(({ name }: { name: string }) => name === INIT_NAME);
    return rulesOf(env.find(({ name }: { name: string }) => name === RULES_VARIABLES.nft).value);
  };

  /** Waits until a container has restarted, then calls the app and checks that the proxy forwards the call. */
  const restarted = async (pod: string, container: string): Promise<void> => {
    await until(async () => (await peers.status(pod, container))?.restartCount > 0);
    await peers.wait('condition=Ready', `pod/${pod}`);
    const [client = ''] = await peers.addresses('client');
    const [server = ''] = await peers.addresses(pod);
    await until(() => peers.ask('client', 'tcp', at(server, 8080)).catch(() => false));
    await peers.forwards(pod, 'tcp', client, at(server, 8080));
  };
});
