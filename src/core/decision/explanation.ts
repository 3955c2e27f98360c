import { OVERRIDES } from '../settings/overrides.js';
import { valueAt } from '../values/json.js';
import type { FinalDecision } from './decision.js';
import { Facts } from './evaluation.js';
import { type Fact, factsAt, namespaceAnnotation, type Place, podAnnotation, setting } from './fields.js';
import { RULES, type Rule } from './rules.js';
import type { Subject } from './subject.js';

/** How a decision came about. */
export interface Explanation {
  /** The rules that were asked, in order; the last one holds, unless the Pod is injected. */
  readonly steps: readonly Step[];
  /** Where an injected Pod gets what annotations can override from; empty for any other. */
  readonly choices: readonly Choice[];
}

/** One rule that was asked. */
export interface Step {
  readonly reason: Rule['reason'];
  readonly answer: Rule['answer'];
  readonly holds: boolean;
  /** What it looked at. */
  readonly facts: readonly Fact[];
}

/** A value for the Pod: of its own annotation, of its namespace's, or of the configuration. */
export interface Choice {
  /** The path of the setting: `proxy.image`. */
  readonly target: string;
  readonly fact: Fact;
}

/** Explains the decision that was made about the subject. */
export function explain(decision: FinalDecision, subject: Subject): Explanation {
  const asked = RULES.findIndex(({ reason }) => reason === decision.reason) + 1;
  const rules = decision.outcome === 'injected' ? RULES : RULES.slice(0, asked);
  return {
    steps: rules.map((rule) => stepOf(rule, rule.reason === decision.reason, subject)),
    choices: decision.outcome === 'injected' ? choicesOf(subject) : [],
  };
}

function stepOf(rule: Rule, holds: boolean, subject: Subject): Step {
  const { reason, answer, looksAt } = rule;
  const asksPolicy = holds && answer === 'ineligible';
  const places = asksPolicy ? [...looksAt, setting('ineligiblePods')] : looksAt;
  const facts = places.flatMap((place) => read(place, subject));
  return { reason, answer, holds, facts: holds ? decisive(facts, rule, subject) : facts };
}

/** Where one value of the Pod makes a rule hold, that one instead of all that were looked at. */
function decisive(facts: Fact[], rule: Rule, subject: Subject): Fact[] {
  const finding = rule.holds(new Facts(subject));
  if (typeof finding !== 'object') return facts;
  const { path } = finding;
  const culprit: Fact = { source: 'pod', path, value: valueAt(subject.object, path) };
  return [culprit, ...facts.filter(({ source }) => source !== 'pod')];
}

function choicesOf(subject: Subject): Choice[] {
  return OVERRIDES.filter(({ target }) => target !== '').map(({ key, target }) => {
    const places = [podAnnotation(key), namespaceAnnotation(key), setting(...target.split('.'))];
    const facts = places.flatMap((place) => read(place, subject));
    return { target, fact: facts.find(({ value }) => value !== undefined) ?? (facts.at(-1) as Fact) };
  });
}

function read(place: Place, { request, object, namespace, settings }: Subject): Fact[] {
  return factsAt(place, { request, pod: object, namespace, settings });
}
