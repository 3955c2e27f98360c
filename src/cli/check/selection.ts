import { asList, type JsonObject } from '../../core/values/json.js';
import type { StringMap } from '../../core/values/shape.js';
import { callsFor, isAnyCalled } from '../selection/webhook-call.js';
import type { KubernetesObject } from './kubernetes-object.js';

/**
 * Whether the API server calls a webhook of a configuration when a Pod with these labels is created in a namespace.
 * Match conditions are taken to hold: they depend on the whole Pod, and on who creates it.
 */
export function selectsPodsIn(
  { webhooks }: JsonObject,
  { metadata }: KubernetesObject,
  podLabels: StringMap = {},
): boolean {
  const subject = {
    object: { metadata: { labels: podLabels } },
    labels: { known: podLabels },
    workload: 'Pod',
    namespace: metadata.name,
    namespaceLabels: { known: metadata.labels ?? {} },
  };
  return isAnyCalled(callsFor({ webhooks: asList(webhooks) }, subject, () => ({ holds: true }))) === true;
}
