import { MAX_WARNINGS } from '../core/decision/warnings.js';
import { TOGGLE } from '../core/pod/annotations.js';
import { FORBIDDING_LEVELS, forbiddenText, SECURITY_LEVEL } from '../core/pod/pod-security.js';
import { bind } from './cel/expressions.js';
import { text, texts } from './cel/literal.js';
import { sentence } from './cel/sentence.js';
import type { Variable } from './program.js';
import { decisionVariables } from './variables/decision.js';
import { reasonsWith } from './variables/reasons.js';

/** What a ValidatingAdmissionPolicy has besides its metadata and what depends on the configuration. */
export interface PolicySpec {
  readonly resourceRules: readonly object[];
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[];
  readonly variables: readonly Variable[];
  readonly validations: readonly { readonly expression: string; readonly messageExpression: string }[];
}

/** The Pod template of a CronJob is in its Job template. */
const templateOf = (object: string): string => `${object}.spec.?jobTemplate.orValue(${object}).spec.template`;

/** The webhook's warnings have at most 120 characters. */
const MAX_LENGTH = 120;

/** A message may have 5 KiB. */
const MAX_MESSAGE_LENGTH = 4000;

/**
 * The policy that warns the owner of a workload about what will become of its Pods. Each warning is a validation of its
 * own, because the API server shows one message for each that fails. It reads these variables, too:
 * - `config`: see `config.ts`
 * - `isPolicyMode`: whether policies inject, and not just the webhook
 * - `isObjectSelected`: whether the labels of the Pods match what the operator added to the webhook's object selector
 */
export function ownersPolicy(): PolicySpec {
  return {
    resourceRules: [
      rule('apps', ['daemonsets', 'deployments', 'replicasets', 'statefulsets']),
      rule('batch', ['cronjobs', 'jobs']),
    ],
    matchConditions: [
      {
        name: 'not-owned',
        expression: '!object.metadata.?ownerReferences.orValue([]).exists(o, o.?controller.orValue(false))',
      },
      {
        name: 'template-changed',
        expression: `oldObject == null || ${templateOf('object')} != ${templateOf('oldObject')}`,
      },
    ],
    variables: [
      ...decisionVariables(templateOf('object')),
      { name: 'isSelected', expression: isSelected() },
      { name: 'ownerWarnings', expression: ownerWarnings() },
    ],
    validations: Array.from({ length: MAX_WARNINGS + 1 }, (_, index) => validation(index)),
  };
}

/**
 * All versions: for resources of a named version, the controller manager would check the types of all expressions. It
 * compiles all variables for each of them again, which takes minutes.
 */
function rule(group: string, resources: readonly string[]): object {
  return {
    apiGroups: [group],
    apiVersions: ['*'],
    resources,
    operations: ['CREATE', 'UPDATE'],
    scope: 'Namespaced',
  };
}

/** The binding leaves out the namespaces that opted out, or are excluded. */
function isSelected(): string {
  const isEnabled = ['variables.namespaceLabels', 'variables.podLabels'].map(
    (labels) => `${labels}[?${text(TOGGLE)}].orValue("") == "enabled"`,
  );
  return `variables.isObjectSelected && (variables.config.selection == "optOut" || ${isEnabled.join(' || ')})`;
}

function ownerWarnings(): string {
  const withMessage = (write: (reason: string, message: string) => string) =>
    cut(
      sentence(
        (reason = '', message = '') => write(reason, message),
        'variables.reason',
        'variables.message',
      ),
      MAX_MESSAGE_LENGTH,
    );
  const denied = withMessage(
    (reason, message) => `proxy-injection: its Pods will be denied (${reason}). ${message}`,
  );
  const skipped = withMessage(
    (reason, message) => `proxy-injection: its Pods get no proxy (${reason}). ${message}`,
  );
  const ofWebhook = (list: string) => `${list}.map(w, ${cut('"proxy-injection: " + w', MAX_LENGTH)})`;
  return (
    '!variables.isSelected ? [] : ' +
    `variables.outcome == "denied" ? [${denied}] : ` +
    `variables.reason in ${texts(reasonsWith('ineligible'))} ? [${skipped}] : ` +
    `variables.outcome == "injected" ? ${podSecurity()} + ${ofWebhook('variables.warnings')} : ` +
    ofWebhook('variables.otherConfiguration')
  );
}

function podSecurity(): string {
  const level = `variables.namespaceLabels[?${text(SECURITY_LEVEL)}].orValue("")`;
  const warning = sentence(
    (name = '') => `proxy-injection: its Pods will be denied: ${forbiddenText(name)}`,
    level,
  );
  return `(variables.redirectBy == "pod" && ${level} in ${texts(FORBIDDING_LEVELS)} ? [${warning}] : [])`;
}

function cut(value: string, length: number): string {
  return bind('t', value, `t.size() > ${length} ? t.substring(0, ${length - 3}) + "..." : t`);
}

/** The last one counts the warnings that are left out. */
function validation(index: number): PolicySpec['validations'][number] {
  const count = 'variables.ownerWarnings.size()';
  return {
    expression: `${count} <= ${index}`,
    messageExpression:
      index < MAX_WARNINGS
        ? `variables.ownerWarnings[${index}]`
        : `"proxy-injection: " + string(${count} - ${MAX_WARNINGS}) + " more"`,
  };
}
