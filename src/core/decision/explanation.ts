import { OVERRIDES } from '../settings/overrides.js';
import { rangeKey } from '../settings/proxy-user.js';
import { FROM_NAMESPACE } from '../settings/settings.js';
import { valueAt } from '../values/json.js';
import type { FinalDecision } from './decision.js';
import { Evaluation } from './evaluation.js';
import { type Fact, factsIn, namespaceAnnotation, podAnnotation, setting } from './fields.js';
import { RULES, type Rule } from './rules.js';
import { type Selection, selectionOf } from './selection.js';
import type { Subject } from './subject.js';

/** How a decision was reached. */
export interface Explanation {
  /** Whether the webhook is asked at all. */
  readonly selection: Selection;
  /** The evaluated rules, in order. The last one holds, unless the Pod is injected. */
  readonly steps: readonly Step[];
  /** Where each setting of an injected Pod that may differ between Pods comes from; empty for other outcomes. */
  readonly choices: readonly Choice[];
}

/** One evaluated rule. */
export interface Step {
  readonly reason: Rule['reason'];
  readonly answer: Rule['answer'];
  readonly holds: boolean;
  /** What the rule read. If one field of the Pod makes it hold, only that field of the Pod. */
  readonly facts: readonly Fact[];
}

/** A setting that may differ between Pods: from the Pod's annotation, its namespace's, or the configuration. */
export interface Choice {
  /** The path of the setting: `proxy.image`. */
  readonly target: string;
  readonly fact: Fact;
}

/** Explains the decision that was made about a subject. */
export function explain(decision: FinalDecision, subject: Subject): Explanation {
  const evaluated = RULES.findIndex(({ reason }) => reason === decision.reason) + 1;
  const rules = decision.outcome === 'injected' ? RULES : RULES.slice(0, evaluated);
  return {
    selection: selectionOf(subject),
    steps: rules
      .filter(({ applies }) => applies?.(subject.settings) ?? true)
      .map((rule) => stepOf(rule, rule.reason === decision.reason, subject)),
    choices: decision.outcome === 'injected' ? [...overrideChoices(subject), ...userChoices(subject)] : [],
  };
}

function stepOf(rule: Rule, holds: boolean, subject: Subject): Step {
  const { reason, answer, reads } = rule;
  const readsPolicy = holds && answer === 'ineligible';
  const patterns = readsPolicy ? [...reads, setting('ineligiblePods')] : reads;
  const facts = factsIn(subject, patterns);
  return { reason, answer, holds, facts: holds ? decisiveFacts(facts, rule, subject) : facts };
}

/** If one field of the Pod makes the rule hold, that field instead of everything the rule read in the Pod. */
function decisiveFacts(facts: Fact[], rule: Rule, subject: Subject): Fact[] {
  const match = rule.holds(new Evaluation(subject));
  if (typeof match !== 'object') return facts;
  const { path } = match;
  const matched: Fact = { source: 'pod', path, value: valueAt(subject.object, path) };
  return [matched, ...facts.filter(({ source }) => source !== 'pod')];
}

/** The settings that overrides replace, and what is read for each, the first that is set first. */
const CHOICES = OVERRIDES.filter(({ target }) => target !== '').map(({ key, target }) => ({
  target,
  reads: [podAnnotation(key), namespaceAnnotation(key), setting(...target.split('.'))],
}));

function overrideChoices(subject: Subject): Choice[] {
  return CHOICES.map(({ target, reads }) => {
    const facts = factsIn(subject, reads);
    return { target, fact: facts.find(({ value }) => value !== undefined) ?? (facts.at(-1) as Fact) };
  });
}

/** The proxy's user and group, if they are from the namespace. The value is the ID, not the range in the annotation. */
function userChoices(subject: Subject): Choice[] {
  const { settings, namespaceAnnotations, user } = new Evaluation(subject);
  return (['uid', 'gid'] as const)
    .filter((id) => settings.proxy[id] === FROM_NAMESPACE)
    .map((id) => {
      const path = ['annotations', rangeKey(id, namespaceAnnotations)];
      return { target: `proxy.${id}`, fact: { source: 'namespace', path, value: user[id] } };
    });
}
