import { after, before, describe, it } from 'node:test';
import { upgrade } from '../cluster/cli/upgrade.js';
import { Agents, NODE_MODE } from '../cluster/node-mode/agents.js';
import { assertHeld, assertRedirected, probe, RESTRICTED } from '../cluster/node-mode/held-pods.js';
import { sharedCluster, skipUnlessLocal } from '../cluster/shared-cluster.js';
import { VALUES } from '../cluster/values.js';
import { until } from '../support/until.js';

/** The number of Pods that the runtime tells an agent about when it connects. */
const SYNCHRONIZED = 60;

const cluster = sharedCluster();

describe('node mode on a busy node', { skip: skipUnlessLocal(cluster, 'it breaks the node') }, () => {
  const probes = (count: number) => Array.from({ length: count }, (_, index) => probe(`probe-${index}`));
  let agents: Agents;

  before(async () => {
    await upgrade(cluster, NODE_MODE);
    agents = new Agents(cluster);
    await agents.settled();
  });
  after(() => upgrade(cluster, VALUES));

  it(`redirects ${SYNCHRONIZED} Pods that wait when the agent starts`, async () => {
    const namespace = await cluster.namespace('synchronized', RESTRICTED);
    await agents.remove();
    await cluster.apply(probes(SYNCHRONIZED), namespace);
    for (let index = 0; index < SYNCHRONIZED; index += 1) {
      await assertHeld(cluster, namespace, `probe-${index}`);
    }
    await agents.restore();
    await assertRedirected(cluster, namespace, SYNCHRONIZED);
    await cluster.deleteNamespaces(namespace);
  });

  it('redirects Pods after a power failure of the node', async () => {
    const namespace = await cluster.namespace('power', RESTRICTED);
    await cluster.local?.restartNode();
    const isApplied = () =>
      cluster.apply(probes(5), namespace).then(
        () => true,
        () => false, // no replica of the webhook runs yet
      );
    await until(isApplied);
    await assertRedirected(cluster, namespace, 5);
    await cluster.deleteNamespaces(namespace);
  });
});
