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
 * By where the other webhook stands: the beginning of the name of its configuration, and who is called in which order.
 * What was changed after its call is shown to it again. Ours would be called again as well, if the Pod did not show
 * that it is injected.
 */
const ORDERS = [
  { stands: 'before ours', prefix: 'a', called: (second: string) => [second, OURS, second] },
  { stands: 'after ours', prefix: 'z', called: (second: string) => [OURS, second, second] },
] as const;

describe('a Pod that another webhook changes too', () => {
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

  for (const [index, { stands, called }] of ORDERS.entries()) {
    it(`has its container and our proxy once where its webhook stands ${stands}`, async () => {
      const { object, auditId } = await cluster.api.post(podsPath(namespaces[index] ?? ''), heldPod('web'));
      assert.deepEqual(injectedInto(object), INJECTED);
      const names = object.spec.containers.map(({ name }: { name: string }) => name);
      assert.deepEqual(names, ['app', SECOND]);
      if (cluster.local === undefined) return;
      assert.deepEqual(webhooksCalled(await auditEvent(cluster, auditId)), called(second.name));
    });
  }
});
