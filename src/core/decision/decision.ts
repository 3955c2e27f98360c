import { REDIRECT } from '../pod/annotations.js';
import type { Pod } from '../pod/pod.js';
import type { AliasedProbe } from '../settings/probe-aliases.js';
import { type ResolvedSettings, withUser } from '../settings/resolved-settings.js';
import { Evaluation, type RuleMatch } from './evaluation.js';
import { MOVED, REASONS, type Reason } from './reasons.js';
import { RULES, type Rule } from './rules.js';
import type { NamespaceFacts, Subject } from './subject.js';
import { type InjectionWarnings, injectionWarnings, warning } from './warnings.js';

/** The decision about a request, or the need to look up its namespace first. */
export type Decision = FinalDecision | NamespaceNeeded;
/** A decision to respond with. `message` is for the user who made the request; a warning has at most 120 characters. */
export type FinalDecision = Injected | Skipped | Denied;

/** The Pod gets a proxy. */
export interface Injected extends InjectionWarnings {
  readonly outcome: 'injected';
  readonly reason: 'injected';
  readonly message: string;
  readonly pod: Pod;
  readonly settings: ResolvedSettings;
  /** See `Resolution.overridesKey`. */
  readonly overridesKey: string;
  /** The probes and hooks that reach the app past the proxy. */
  readonly probes: readonly AliasedProbe[];
  /** See `InjectedResources.key`. */
  readonly resourcesKey: string;
}

/** The Pod is admitted without a new proxy. */
export interface Skipped {
  readonly outcome: 'skipped';
  readonly reason: Exclude<Reason, 'injected'>;
  readonly message: string;
  /** The message, if the Pod's creator should see it. For `already-injected`, whether the configuration was another. */
  readonly warnings: readonly string[];
  /** The index of the init container of an `already-injected` Pod, if it has to be moved to the end. */
  readonly misplacedInit?: number;
  /** The Pod has the annotation `redirect`, on which the agent would act. */
  readonly hasStaleRedirect?: true;
  /** The Pod, if it is to carry the reason. */
  readonly recordedOn?: Pod;
}

/** The Pod is denied. */
export interface Denied {
  readonly outcome: 'denied';
  readonly reason: Exclude<Reason, 'injected'>;
  readonly message: string;
}

/** A rule needs the namespace: look it up and decide again. */
export interface NamespaceNeeded {
  readonly outcome: 'namespace-needed';
}

/**
 * Decides whether a Pod gets a proxy, and why. The first rule that holds decides. Pure, and linear in the size of the
 * Pod. Throws only on a bug.
 */
export function decide(subject: Subject & { readonly namespace: NamespaceFacts }): FinalDecision;
export function decide(subject: Subject): Decision;
export function decide(subject: Subject): Decision {
  const evaluation = new Evaluation(subject);
  for (const rule of RULES) {
    if (rule.needsNamespace && subject.namespace === undefined) return { outcome: 'namespace-needed' };
    const match = rule.holds(evaluation);
    if (match) return applyRule(rule, match, evaluation);
  }
  const { pod, resolution, user, drain, probes, resources } = evaluation;
  const { warnings, recordedWarnings } = injectionWarnings(evaluation);
  return {
    outcome: 'injected',
    reason: 'injected',
    message: REASONS.injected,
    pod,
    settings: withUser(resolution.settings, user, {
      drainSeconds: drain.seconds,
      probeAliases: probes.aliases,
      resources,
    }),
    overridesKey: resolution.overridesKey,
    probes: probes.aliased,
    resourcesKey: resources.key,
    warnings,
    recordedWarnings,
  };
}

function applyRule(
  { reason, answer, warns, moves, isRecorded }: Rule,
  match: Exclude<RuleMatch, false | undefined>,
  evaluation: Evaluation,
): Skipped | Denied {
  const detail = typeof match === 'object' ? match.text : match;
  const message = typeof detail === 'string' ? `${REASONS[reason]} ${detail}` : REASONS[reason];
  if (answer === 'deny' || (answer === 'ineligible' && evaluation.settings.ineligiblePods === 'deny')) {
    return { outcome: 'denied', reason, message };
  }
  const text =
    typeof warns === 'function' ? warns(evaluation) : (warns || answer === 'ineligible') && message;
  const warnings = text ? [warning(text)] : [];
  const misplacedInit = moves?.(evaluation);
  const recordedOn =
    isRecorded && evaluation.settings.annotateOutcome === 'enabled' ? evaluation.pod : undefined;
  if (misplacedInit === undefined) {
    return {
      ...{ outcome: 'skipped', reason, message, warnings },
      ...(isRecorded && evaluation.annotations[REDIRECT] !== undefined && { hasStaleRedirect: true }),
      ...(recordedOn && { recordedOn }),
    };
  }
  return { outcome: 'skipped', reason, message: `${message} ${MOVED}`, warnings, misplacedInit };
}
