import { GUARD } from '../../core/pod/annotations.js';
import { asList, asObject, type JsonObject } from '../../core/values/json.js';

/** What the guard does with a Pod; also the values of the label `proxy-injection/guard` of a namespace. */
export const GUARD_ACTIONS = ['deny', 'warn', 'audit', 'off'] as const;
export type GuardAction = (typeof GUARD_ACTIONS)[number];

/** The name that the chart gives the policy of the guard, by that of the webhook configuration. */
export function guardName(webhookConfiguration: string): string {
  return `${webhookConfiguration}-guard`;
}

/** The bindings of a policy. */
export function bindingsOf(policy: string, bindings: readonly JsonObject[]): readonly JsonObject[] {
  return bindings.filter(({ spec }) => asObject(spec).policyName === policy);
}

/** What a binding does with the Pods that it selects. */
export function actionOf({ spec }: JsonObject): GuardAction {
  const actions = asList(asObject(spec).validationActions);
  if (actions.includes('Deny')) return 'deny';
  if (actions.includes('Warn')) return 'warn';
  return actions.includes('Audit') ? 'audit' : 'off';
}

/** The action in namespaces without the label: that of the bindings that only leave out the others. */
export function defaultAction(bindings: readonly JsonObject[]): GuardAction {
  const byDefault = bindings.find((binding) => guardTerm(binding)?.operator === 'NotIn');
  return byDefault === undefined ? 'off' : actionOf(byDefault);
}

/**
 * A policy with its bindings in the form of a webhook configuration: one webhook for each binding, with its name. The
 * API server matches both in the same way.
 */
export function asWebhooks({ spec }: JsonObject, bindings: readonly JsonObject[]): JsonObject {
  const { matchConstraints, matchConditions } = asObject(spec);
  const webhooks = bindings.map((binding) => ({
    ...asObject(asObject(binding.spec).matchResources),
    name: asObject(binding.metadata).name,
    rules: asObject(matchConstraints).resourceRules,
    matchConditions,
  }));
  return { webhooks };
}

/** A namespace selector without the term about the label of the guard. */
export function withoutGuardTerm(selector: unknown): JsonObject {
  const { matchExpressions, ...rest } = asObject(selector);
  const others = asList(matchExpressions).filter((each) => asObject(each).key !== GUARD);
  return { ...rest, ...(others.length > 0 && { matchExpressions: others }) };
}

function guardTerm({ spec }: JsonObject): JsonObject | undefined {
  const { namespaceSelector } = asObject(asObject(spec).matchResources);
  const terms = asList(asObject(namespaceSelector).matchExpressions).map(asObject);
  return terms.find(({ key }) => key === GUARD);
}
