import { asList, asObject, type JsonObject } from '../../core/values/json.js';
import type { KubernetesObject } from './kubernetes-object.js';

type Labels = { readonly [key: string]: string };

/** Whether a webhook, or one of a configuration, is called for Pods with these labels in a namespace. */
export function callsFor(
  webhook: JsonObject,
  { metadata }: KubernetesObject,
  podLabels: Labels = {},
): boolean {
  if (webhook.webhooks !== undefined) {
    return asList(webhook.webhooks).some((each) => callsFor(asObject(each), { metadata }, podLabels));
  }
  return (
    matches(asObject(webhook.namespaceSelector), metadata.labels ?? {}) &&
    matches(asObject(webhook.objectSelector), podLabels)
  );
}

/** Whether a label selector matches: kubernetes.io/docs/concepts/overview/working-with-objects/labels. */
function matches({ matchLabels, matchExpressions }: JsonObject, labels: Labels): boolean {
  const equal = Object.entries(asObject(matchLabels)).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    asList(matchExpressions)
      .map(asObject)
      .every((expression) => holds(expression, labels))
  );
}

function holds({ key, operator, values }: JsonObject, labels: Labels): boolean {
  const value = labels[String(key)];
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const isIn = value !== undefined && asList(values).includes(value);
  return operator === 'In' ? isIn : !isIn;
}
