import { after, before, describe, it } from 'node:test';
import { upgrade } from '../cluster/cli/upgrade.js';
import { Agents, NODE_MODE } from '../cluster/node-mode/agents.js';
import { assertRedirected, probe, RESTRICTED } from '../cluster/node-mode/held-pods.js';
import { sharedCluster, skipUnlessLocal } from '../cluster/shared-cluster.js';
import { VALUES } from '../cluster/values.js';

const PODS = 200;
/** Two cores start two containers a second, and each Pod has four. */
const DEADLINE_MS = 10 * 60_000;

const cluster = sharedCluster();

describe('node mode with many Pods', { skip: skipUnlessLocal(cluster, 'its nodes need NRI') }, () => {
  before(async () => {
    await upgrade(cluster, NODE_MODE);
    await new Agents(cluster).settled();
  });
  after(() => upgrade(cluster, VALUES));

  it(`redirects ${PODS} Pods that are created at once`, async (t) => {
    const namespace = await cluster.namespace('at-once', RESTRICTED);
    const start = performance.now();
    await cluster.apply(
      Array.from({ length: PODS }, (_, index) => probe(`probe-${index}`)),
      namespace,
    );
    await assertRedirected(cluster, namespace, PODS, DEADLINE_MS);
    t.diagnostic(`${((performance.now() - start) / 1000).toFixed(0)} s`);
    await cluster.deleteNamespaces(namespace);
  });
});
