import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { OPTED_IN } from '../cluster.js';
import { WEBHOOKS } from '../release.js';
import { sharedCluster } from '../shared-cluster.js';
import { auditEvent, webhooksCalled } from './audit-log.js';
import { heldPod, INJECTED, injectedInto, podsPath } from './pods.js';
import { SECOND, SecondWebhook } from './second-webhook.js';

const OURS = WEBHOOKS.namespaces;

/**
 * The other webhook's position: the prefix of its configuration's name, and the calls in order. A change to the Pod
 * makes the API server call webhooks again, except ours: its match conditions exclude injected Pods.
 */
const ORDERS = [
  { position: 'first', prefix: 'a', called: (second: string) => [second, OURS, second] },
  { position: 'last', prefix: 'z', called: (second: string) => [OURS, second, second] },
] as const;

describe('a Pod that another webhook also changes', () => {
  const cluster = sharedCluster();
  const namespaces: string[] = [];
  let second: SecondWebhook;

  before(async () => {
    namespaces.push(...(await Promise.all(ORDERS.map(() => cluster.namespace('both', OPTED_IN)))));
    const registrations = ORDERS.map(({ prefix }, index) => {
      const namespace = namespaces[index] ?? '';
      return { configuration: `${prefix}-${namespace}`, namespace };
    });
    second = await SecondWebhook.start(cluster, registrations);
  });
  after(async () => {
    await second?.stop();
    await cluster.deleteNamespaces(...namespaces);
  });

  for (const [index, { position, called }] of ORDERS.entries()) {
    it(`has both additions once if the other webhook is called ${position}`, async () => {
      const { object, auditId } = await cluster.api.post(podsPath(namespaces[index] ?? ''), heldPod('web'));
      assert.deepEqual(injectedInto(object), INJECTED);
      const names = object.spec.containers.map(({ name }: { name: string }) => name);
      assert.deepEqual(names, ['app', SECOND]);
      if (cluster.local === undefined) return;
      assert.deepEqual(webhooksCalled(await auditEvent(cluster, auditId)), called(second.name));
    });
  }
});
