import { REASONS } from '../../core/decision/reasons.js';
import { RULES, type Rule } from '../../core/decision/rules.js';
import { MIRROR_POD, TOGGLE } from '../../core/pod/annotations.js';
import { INIT_NAME, PROXY_NAME } from '../../core/pod/container-names.js';
import { text, texts } from '../cel/literal.js';
import type { Variable } from '../program.js';

/** When a rule of the decision holds. */
interface RuleExpression {
  readonly holds: string;
  /** What the message says besides the sentence of the reason. */
  readonly detail?: string;
}

/** The first entry of a list of details makes the rule hold. */
function firstOf(variable: string): RuleExpression {
  return { holds: `variables.${variable}.size() > 0`, detail: `variables.${variable}[0]` };
}

/** All entries are in the message. */
function allOf(variable: string): RuleExpression {
  return { holds: `variables.${variable}.size() > 0`, detail: `variables.${variable}.join("; ")` };
}

/**
 * The rules of the decision by their reason. Undefined: the policy itself says which requests it sees, in
 * `matchConstraints`.
 */
export const RULE_EXPRESSIONS: { readonly [reason in Rule['reason']]: RuleExpression | undefined } = {
  'not-applicable': undefined,
  'malformed-pod': {
    holds: 'variables.containers.size() == 0',
    detail: '"spec.containers: expected at least one container, got none"',
  },
  'mirror-pod': { holds: `${text(MIRROR_POD)} in variables.podAnnotations` },
  'namespace-excluded': { holds: 'request.namespace in variables.config.excludedNamespaces' },
  'already-injected': { holds: 'variables.done' },
  'sidecar-present': {
    holds: `variables.allContainers.exists(c, c.name.contains("cortexflow-proxy") || c.name in ${texts([PROXY_NAME, INIT_NAME])})`,
  },
  'foreign-proxy': firstOf('foreignProxies'),
  'namespace-disabled': { holds: isDisabled('variables.namespaceAnnotations', 'variables.namespaceLabels') },
  'pod-disabled': { holds: isDisabled('variables.podAnnotations', 'variables.podLabels') },
  'host-network': { holds: 'variables.pod.spec.?hostNetwork.orValue(false)' },
  'windows-pod': { holds: 'variables.isWindows' },
  'invalid-override': allOf('violations'),
  'invalid-id-range': allOf('idRangeViolations'),
  'port-conflict': firstOf('portConflicts'),
  'uid-conflict': firstOf('uidConflicts'),
  'volume-conflict': firstOf('volumeConflicts'),
  'pod-resources': firstOf('podResourceConflicts'),
};

/** The rules in order. */
const EXPRESSED = RULES.flatMap(({ reason, answer }) => {
  const expression = RULE_EXPRESSIONS[reason];
  return expression === undefined ? [] : [{ reason, answer, ...expression }];
});

/**
 * - `reason`: empty if the Pod is to be injected
 * - `message`: in the words of the webhook, with its detail
 * - `outcome`: `injected`, `skipped`, or `denied`
 */
export const REASON_VARIABLES: readonly Variable[] = [
  { name: 'podResourceConflicts', expression: podResourceConflicts() },
  { name: 'reason', expression: reason() },
  { name: 'message', expression: message() },
  { name: 'outcome', expression: outcome() },
];

function isDisabled(...maps: readonly string[]): string {
  return maps.map((map) => `${map}[?${text(TOGGLE)}].orValue("") == "disabled"`).join(' || ');
}

function podResourceConflicts(): string {
  return (
    '!variables.hasPodResources || variables.config.proxy.podResources == "omit" ? [] : ' +
    'variables.config.proxy.podResources == "refuse" ? ["The configuration refuses all such Pods."] : ' +
    'variables.podResourceViolations'
  );
}

/** The first rule that holds decides. */
function reason(): string {
  return `${EXPRESSED.map(({ reason, holds }) => `(${holds}) ? ${text(reason)} : `).join('')}""`;
}

function message(): string {
  const messages = EXPRESSED.map(({ reason, detail }) => {
    const sentence =
      detail === undefined ? text(REASONS[reason]) : `${text(`${REASONS[reason]} `)} + ${detail}`;
    return `variables.reason == ${text(reason)} ? ${sentence} : `;
  });
  return `${messages.join('')}${text(REASONS.injected)}`;
}

/** The reasons with an answer. */
export function reasonsWith(answer: Rule['answer']): Rule['reason'][] {
  return EXPRESSED.filter((rule) => rule.answer === answer).map(({ reason }) => reason);
}

function outcome(): string {
  const denied =
    `variables.reason in ${texts(reasonsWith('deny'))} || ` +
    `(variables.config.ineligiblePods == "deny" && variables.reason in ${texts(reasonsWith('ineligible'))})`;
  return `variables.reason == "" ? "injected" : ${denied} ? "denied" : "skipped"`;
}
