import { asList, asObject, type JsonObject } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import { type Labels, unmetBy } from './label-selector.js';
import type { ConditionResult } from './match-conditions.js';
import type { PodSubject } from './pod-subject.js';
import { includePodCreation } from './rules.js';

/** Whether the API server calls a webhook for a Pod. */
export interface WebhookCall {
  readonly webhook: string;
  /** Undefined if it depends on something that is not known. */
  readonly isCalled: boolean | undefined;
  /** What decides: `namespaceSelector proxy-injection in (enabled)`. */
  readonly decidedBy: string;
  /** What that read: `namespace label proxy-injection is not set`. */
  readonly given: string;
  /** The path in the webhook configuration of what decides. */
  readonly path: Path;
}

/** See `evaluateCondition`, which is loaded only if there are match conditions. */
export type Evaluate = (expression: string, subject: PodSubject) => ConditionResult;

/**
 * Which webhooks of a MutatingWebhookConfiguration (admissionregistration.k8s.io/v1) the API server calls when a Pod is
 * created: rules, selectors, and match conditions all have to match.
 */
export function callsFor(
  configuration: JsonObject,
  subject: PodSubject,
  evaluate: Evaluate,
): readonly WebhookCall[] {
  return asList(configuration.webhooks).map((each, index) => {
    const webhook = asObject(each);
    const doubts = [
      ...ruleDoubts(webhook),
      ...labelDoubts(webhook, 'namespaceSelector', 'namespace label', subject.namespaceLabels),
      ...labelDoubts(webhook, 'objectSelector', 'pod label', subject.labels),
      ...conditionDoubts(webhook, subject, evaluate),
    ];
    const decisive = doubts.find(({ isCalled }) => isCalled === false) ?? doubts[0] ?? EVERYTHING_MATCHES;
    return {
      ...decisive,
      webhook: String(webhook.name),
      path: ['webhooks', index, ...decisive.path],
    };
  });
}

/** Whether any webhook is called; undefined if that is not known. */
export function isAnyCalled(calls: readonly Pick<WebhookCall, 'isCalled'>[]): boolean | undefined {
  if (calls.some(({ isCalled }) => isCalled === true)) return true;
  return calls.some(({ isCalled }) => isCalled === undefined) ? undefined : false;
}

/** Why a webhook is not called, or may not be. */
type Doubt = Omit<WebhookCall, 'webhook'>;

const EVERYTHING_MATCHES = {
  isCalled: true,
  decidedBy: 'rules, selectors, and match conditions',
  given: 'all match',
  path: [],
} as const;

function ruleDoubts({ rules }: JsonObject): Doubt[] {
  if (includePodCreation(rules)) return [];
  return [{ isCalled: false, decidedBy: 'rules', given: 'no rule for CREATE of pods', path: ['rules'] }];
}

function labelDoubts(
  webhook: JsonObject,
  selector: 'namespaceSelector' | 'objectSelector',
  what: string,
  labels: Labels,
): Doubt[] {
  const unmet = unmetBy(labels, webhook[selector]);
  if (unmet === undefined) return [];
  const { matches, requirement, given, key, path } = unmet;
  return [
    {
      isCalled: matches,
      decidedBy: `${selector} ${requirement}`,
      given: `${what} ${key} is ${given}`,
      path: [selector, ...path],
    },
  ];
}

/** One condition that does not hold is enough, even if others fail. If one fails, `failurePolicy` decides. */
function conditionDoubts(
  { matchConditions, failurePolicy = 'Fail' }: JsonObject,
  subject: PodSubject,
  evaluate: Evaluate,
): Doubt[] {
  return asList(matchConditions).flatMap((each, index): Doubt[] => {
    const { name, expression } = asObject(each);
    const result = evaluate(String(expression), subject);
    const doubt = { decidedBy: `match condition ${name}`, path: ['matchConditions', index] };
    if ('holds' in result) {
      return result.holds ? [] : [{ ...doubt, isCalled: false, given: 'it is false' }];
    }
    if ('unknown' in result) return [{ ...doubt, isCalled: undefined, given: result.unknown }];
    return failurePolicy === 'Ignore'
      ? [{ ...doubt, isCalled: false, given: `it fails: ${result.fails}` }]
      : [{ ...doubt, isCalled: undefined, given: `it fails, so the Pod is rejected: ${result.fails}` }];
  });
}
