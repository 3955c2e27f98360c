import type { Pod, StringMap } from '../pod/pod.js';
import { unknownKeys } from '../settings/overrides.js';
import type { Injection } from '../settings/resolved-settings.js';
import type { Settings } from '../settings/settings.js';
import { Facts, type Finding } from './evaluation.js';
import { REASONS, type Reason } from './reasons.js';
import { RULES, type Rule } from './rules.js';
import type { Subject } from './subject.js';

/** What comes of a request. */
export type Decision = FinalDecision | NamespaceNeeded;
/** A decision that can be answered. `message` is for the user who made the request; a warning holds at most 120 characters. */
export type FinalDecision = Injected | Skipped | Denied;

/** The Pod gets a proxy. */
export interface Injected {
  readonly outcome: 'injected';
  readonly reason: 'injected';
  readonly message: string;
  readonly pod: Pod;
  readonly injection: Injection;
  /** See `Overridden.applied`. */
  readonly overrides: string;
  readonly warnings: readonly string[];
}

/** The Pod is let in unchanged. */
export interface Skipped {
  readonly outcome: 'skipped';
  readonly reason: Exclude<Reason, 'injected'>;
  readonly message: string;
  readonly warnings: readonly string[];
}

/** The Pod is refused. */
export interface Denied {
  readonly outcome: 'denied';
  readonly reason: Exclude<Reason, 'injected'>;
  readonly message: string;
}

/** The rules came to the namespace and it was not given: look it up and ask again. */
export interface NamespaceNeeded {
  readonly outcome: 'namespace-needed';
}

/**
 * Whether a Pod gets a proxy, and why: the first rule that holds decides. Pure; linear in the size of the Pod; throws only on a
 * bug.
 */
export function decide(subject: Subject): Decision {
  const facts = new Facts(subject);
  for (const rule of RULES) {
    if (rule.asksNamespace && subject.namespace === undefined) return { outcome: 'namespace-needed' };
    const finding = rule.holds(facts);
    if (finding) return answer(rule, finding, subject.settings);
  }
  const { pod, overridden } = facts;
  return {
    outcome: 'injected',
    reason: 'injected',
    message: REASONS.injected,
    pod,
    injection: overridden.injection,
    overrides: overridden.applied,
    warnings: injectionWarnings(pod, overridden.injection, facts.annotations),
  };
}

function answer(
  { reason, answer, warns }: Rule,
  finding: Exclude<Finding, false | undefined>,
  settings: Settings,
): Skipped | Denied {
  const detail = typeof finding === 'object' ? finding.text : finding;
  const message = typeof detail === 'string' ? `${REASONS[reason]} ${detail}` : REASONS[reason];
  if (answer === 'deny' || (answer === 'ineligible' && settings.ineligiblePods === 'deny')) {
    return { outcome: 'denied', reason, message };
  }
  const warnings = answer === 'ineligible' || warns ? [warning(message)] : [];
  return { outcome: 'skipped', reason, message, warnings };
}

function injectionWarnings(pod: Pod, { mode }: Injection, annotations: StringMap): string[] {
  const warnings = unknownKeys(annotations).map((key) => warning(`unknown annotation ${key}`));
  if (mode === 'container' && (pod.spec.restartPolicy ?? 'Always') !== 'Always') {
    warnings.push(
      warning('the proxy keeps this Pod running after its work; set proxy-injection/mode: native'),
    );
  }
  return warnings.length > 5 ? [...warnings.slice(0, 5), warning(`${warnings.length - 5} more`)] : warnings;
}

/** The API server asks for at most 120 characters: kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response. */
function warning(text: string): string {
  const full = `proxy-injection: ${text}`;
  return full.length > 120 ? `${full.slice(0, 117)}...` : full;
}
