import { isDeepStrictEqual } from 'node:util';
import { GUARD } from '../../../core/pod/annotations.js';
import { asList, asObject, type JsonObject } from '../../../core/values/json.js';
import {
  asWebhooks,
  bindingsOf,
  defaultAction,
  GUARD_ACTIONS,
  type GuardAction,
  guardName,
  withoutGuardTerm,
} from '../../selection/guard-bindings.js';
import { type Check, type Problem, problems } from '../check.js';
import type { KubernetesObject } from '../kubernetes-object.js';
import { list } from '../list.js';
import { selectsPodsIn } from '../selection.js';

const UPGRADE = 'Run helm upgrade, which restores it.';

/** The guard is complete, and acts on the Pods that the webhook is for. */
export const guard: Check = {
  id: 'guard',
  title: 'The guard is complete and selects the same Pods as the webhook',
  async run(installation) {
    const configuration = await installation.webhookConfiguration();
    const name = guardName(configuration.metadata.name);
    const policies = await installation.policies('validatingPolicies');
    const policy = policies.find(({ metadata }) => metadata.name === name);
    const bindings = bindingsOf(name, await installation.policies('validatingPolicyBindings'));
    const namespaces = await installation.namespaces();
    if (policy === undefined) {
      return { detail: 'there is none', ...problems(...withoutPolicy(name, bindings, namespaces)) };
    }
    const byDefault = defaultAction(bindings);
    return {
      detail: detailOf(byDefault, namespaces),
      ...problems(
        ...missingBindings(name, bindings),
        ...otherSelections(configuration, policy, bindings),
        ...typeProblems(policy),
        ...unknownActions(namespaces, byDefault),
        byDefault === 'off' && unguarded(configuration, namespaces),
      ),
    };
  },
};

function withoutPolicy(
  name: string,
  bindings: readonly JsonObject[],
  namespaces: readonly KubernetesObject[],
): Problem[] {
  const found: Problem[] = [];
  if (bindings.length > 0) {
    found.push({
      severity: 'failed',
      message: `${bindings.length} bindings name the policy ${name}, which does not exist, so they do nothing`,
      hint: UPGRADE,
    });
  }
  const asking = namespaces.filter((namespace) => !['off', undefined].includes(labelOf(namespace)));
  if (asking.length > 0) {
    found.push({
      severity: 'failed',
      message: `there is no guard, but these namespaces have the label ${GUARD}: ${namesOf(asking)}`,
      hint: 'The chart installs it on Kubernetes 1.30 or later, with config.annotateOutcome: enabled.',
    });
  }
  return found;
}

/** Each webhook has a binding for each action. */
function missingBindings(policy: string, bindings: readonly JsonObject[]): Problem[] {
  const names = bindings.map(nameOf);
  const missing = ['namespaces', 'pods'].flatMap((of) =>
    GUARD_ACTIONS.filter((action) => action !== 'off')
      .map((action) => `${policy}-${of}-${action}`)
      .filter((name) => !names.includes(name)),
  );
  if (missing.length === 0) return [];
  return [{ severity: 'failed', message: `the guard lacks its bindings ${list(missing)}`, hint: UPGRADE }];
}

function otherSelections(
  { webhooks }: JsonObject,
  policy: JsonObject,
  bindings: readonly JsonObject[],
): Problem[] {
  const selections = asList(webhooks).map(selectionOf);
  const guarded = asList(asWebhooks(policy, bindings).webhooks).map(asObject);
  const others = guarded.filter(
    (each) => !selections.some((one) => isDeepStrictEqual(one, selectionOf(each))),
  );
  if (others.length === 0) return [];
  return [
    {
      severity: 'failed',
      message: `the webhook and the guard select different Pods: ${list(others.map(({ name }) => String(name)))}`,
      hint: 'Someone changed one of them. Run helm upgrade.',
    },
  ];
}

/**
 * What selects the Pods of a webhook or of the guard. The webhook has one more match condition, which spares calls for
 * Pods that claim to be injected.
 */
function selectionOf(webhook: unknown): JsonObject {
  const { namespaceSelector, objectSelector, rules, matchConditions } = asObject(webhook);
  const conditions = asList(matchConditions).filter((each) => asObject(each).name !== 'not-injected');
  return {
    namespaceSelector: withoutGuardTerm(namespaceSelector),
    objectSelector: asObject(objectSelector),
    rules: asList(rules),
    conditions,
  };
}

function typeProblems({ status }: JsonObject): Problem[] {
  const warnings = asList(asObject(asObject(status).typeChecking).expressionWarnings).map(asObject);
  return warnings.map(({ fieldRef, warning }) => ({
    severity: 'warning',
    message: `the API server finds a mistake in an expression of the guard: ${fieldRef}: ${warning}`,
    hint: 'Compare webhook.matchConditions with the fields of a Pod.',
  }));
}

function unknownActions(namespaces: readonly KubernetesObject[], byDefault: GuardAction): Problem[] {
  return namespaces.flatMap((namespace): Problem[] => {
    const label = labelOf(namespace);
    if (label === undefined || isAction(label)) return [];
    return [
      {
        severity: 'warning',
        message: `namespace ${namespace.metadata.name} has the label ${GUARD}: ${label}, which is not an action, so the default applies: ${byDefault}`,
        hint: `Expected one of ${GUARD_ACTIONS.join(', ')}.`,
      },
    ];
  });
}

/** A warning for those who chose `Ignore` without a guard. */
function unguarded(configuration: KubernetesObject, namespaces: readonly KubernetesObject[]) {
  const isIgnore = asList(configuration.webhooks).some((each) => asObject(each).failurePolicy === 'Ignore');
  const open = namespaces.filter((each) => labelOf(each) === undefined && selectsPodsIn(configuration, each));
  if (!isIgnore || open.length === 0) return undefined;
  return {
    severity: 'warning',
    message: `with failurePolicy Ignore and the guard off, nobody notices Pods without a proxy in ${namesOf(open)}`,
    hint: `Set guard.action to Warn or Deny, or label the namespaces ${GUARD}.`,
  } as const;
}

/** `default off, deny in payments` */
function detailOf(byDefault: GuardAction, namespaces: readonly KubernetesObject[]): string {
  const others = GUARD_ACTIONS.flatMap((action) => {
    const labeled = namespaces.filter((namespace) => labelOf(namespace) === action);
    return labeled.length === 0 ? [] : [`${action} in ${namesOf(labeled)}`];
  });
  return [`default ${byDefault}`, ...others].join('; ');
}

function labelOf({ metadata }: KubernetesObject): string | undefined {
  return metadata.labels?.[GUARD];
}

function isAction(label: string): boolean {
  return (GUARD_ACTIONS as readonly string[]).includes(label);
}

function namesOf(namespaces: readonly KubernetesObject[]): string {
  return list(namespaces.map(nameOf));
}

function nameOf({ metadata }: JsonObject): string {
  return String(asObject(metadata).name);
}
