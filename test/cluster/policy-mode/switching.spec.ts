import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreationStream, LEAST_CREATIONS } from '../availability/stream.js';
import { OPTED_IN } from '../cluster.js';
import { RELEASE, Release } from '../release.js';
import { Replicas } from '../replicas.js';
import { sharedCluster } from '../shared-cluster.js';
import { VALUES } from '../values.js';

/** Policies write no Events. */
const WITHOUT_EVENTS = { ...VALUES, config: { ...VALUES.config, events: 'disabled' } };

describe('a release that switches between the webhook and policies', () => {
  const cluster = sharedCluster();
  const release = new Release(cluster.kubeconfig);
  const replicas = new Replicas(cluster);
  let stream: CreationStream;

  before(async () => {
    await replicas.settled();
    stream = new CreationStream(cluster.kubeconfig, await cluster.namespace('switched', OPTED_IN));
  });
  after(async () => {
    stream.close();
    await cluster.deleteNamespaces(stream.namespace);
    await backToWebhook();
  });

  const apply = (mode: 'webhook' | 'both' | 'policy') => release.apply({ ...WITHOUT_EVENTS, mode });

  /** The chart refuses until the policy has been there for a few seconds. */
  async function toPolicy(): Promise<void> {
    for (;;) {
      try {
        await apply('policy');
        return;
      } catch (error) {
        assert.match(String(error), /try again in \d+ seconds/);
        await sleep(1000);
      }
    }
  }

  async function backToWebhook(): Promise<void> {
    await apply('both');
    await replicas.settled();
    await release.apply(VALUES);
  }

  it('refuses to do so in one step', async () => {
    await assert.rejects(() => apply('policy'), /upgrade with mode both first/);
  });

  it('loses no creation and injects none twice, not even when the namespace of the release is deleted', async (t) => {
    const counts = await stream.during(
      async () => {
        await apply('both');
        await stream.createMore();
        await toPolicy();
        await stream.createMore();
        await assert.rejects(() => apply('webhook'), /upgrade with mode both first/);
        assert.deepEqual((await cluster.get('mutatingwebhookconfigurations')).items, []);
        await cluster.kubectl('delete', 'namespace', RELEASE, '--wait', '--timeout=120s');
        await stream.createMore();
        await backToWebhook();
        await stream.createMore();
        assert.deepEqual((await cluster.get('mutatingadmissionpolicies')).items, []);
      },
      (line) => t.diagnostic(line),
    );
    assert.deepEqual([counts.lost, counts.unavailable], [{}, {}]);
    assert.ok(counts.injected >= LEAST_CREATIONS);
  });
});
