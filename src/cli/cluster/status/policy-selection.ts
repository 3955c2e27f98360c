import { asObject } from '../../../core/values/json.js';
import { pathText } from '../../../core/values/path.js';
import { asWebhooks, bindingsOf } from '../../selection/guard-bindings.js';
import type { WebhookConfiguration } from '../../selection/own-webhooks.js';
import type { Cluster } from '../cluster.js';
import { findInjectingPolicy } from '../injector/injecting-policy.js';
import { RESOURCES } from '../resources.js';

/** What the policy that injects selects, in the form of a webhook configuration. None if there is no such policy. */
export async function readPolicySelection(cluster: Cluster): Promise<readonly WebhookConfiguration[]> {
  const policy = await findInjectingPolicy(cluster);
  if (policy === undefined) return [];
  const name = String(asObject(policy.metadata).name);
  const bindings = bindingsOf(name, await cluster.list(RESOURCES.mutatingPolicyBindings, {}));
  return [{ name, object: asWebhooks(policy, bindings), position: pathText, isPolicy: true }];
}
