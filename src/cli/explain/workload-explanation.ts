import { originOf } from '../../config/sources/sources.js';
import type { FinalDecision } from '../../core/decision/decision.js';
import { isReason } from '../../core/decision/reasons.js';
import type { OutcomeRecord } from '../../core/pod/outcome-record.js';
import { FORBIDDING_LEVELS, forbiddenText, SECURITY_LEVEL } from '../../core/pod/pod-security.js';
import { reasonLink } from '../../core/values/documentation.js';
import { pathText } from '../../core/values/path.js';
import type { StringMap } from '../../core/values/shape.js';
import type { ObjectEvent } from '../cluster/live/events.js';
import { type Candidate, decideOn, furtherWarnings } from '../input/candidate.js';
import type { Context } from '../input/open-context.js';
import type { GuardVerdict } from '../selection/own-guard.js';
import { type Addition, additionsOf } from './additions.js';
import { type LocatedFact, locateFact, type Origins } from './located-fact.js';
import { type Replacement, replacementsOf } from './replacements.js';
import { describeTraffic, type TrafficRoute } from './traffic.js';
import { explainWebhook, type WebhookExplanation } from './webhook-explanation.js';

/** A decision, what led to it, and what follows from it. Printed by `-o json`, so its keys are a public interface. */
export interface WorkloadExplanation {
  readonly object: string;
  readonly namespace: string;
  /**
   * What the injector recorded on a Pod of a cluster when the Pod was created. Undefined for a manifest, and for an
   * AdmissionReview. All else is about a new Pod like it.
   */
  readonly recorded: (OutcomeRecord & { readonly isCurrent?: boolean; readonly link?: string }) | undefined;
  readonly outcome: FinalDecision['outcome'];
  readonly reason: FinalDecision['reason'];
  readonly message: string;
  /** The documentation of the reason. */
  readonly link: string;
  /** The last Events about an object of a cluster and its controllers. */
  readonly events?: readonly ObjectEvent[];
  /** The Pods of a workload of a cluster, as `status` shows them. */
  readonly pods?: readonly string[];
  /** The warnings that do not repeat the message. */
  readonly warnings: readonly string[];
  /** Whether the API server calls the webhook for the Pod. Undefined for an AdmissionReview, which is such a call. */
  readonly webhook: WebhookExplanation | undefined;
  /** What the guard of a cluster does with the Pod if the injector is not asked. Undefined without a guard. */
  readonly guard?: GuardVerdict;
  /** The rules that were evaluated, in order. */
  readonly rules: readonly {
    readonly reason: string;
    readonly holds: boolean;
    readonly facts: readonly LocatedFact[];
  }[];
  /** Empty unless the Pod is injected. */
  readonly adds: readonly Addition[];
  /** Empty unless the Pod is injected and its probes are direct. */
  readonly replaces: readonly Replacement[];
  /** Empty unless the Pod is injected. */
  readonly redirects: readonly TrafficRoute[];
  /** The settings that may differ between Pods, and where each comes from. Empty unless the Pod is injected. */
  readonly values: readonly ({ readonly setting: string } & LocatedFact)[];
}

/** Decides about a candidate and explains the decision. */
export function explainWorkload(
  candidate: Candidate,
  { injector, namespaces, serviceAccounts, sources, webhooks, guard }: Omit<Context, 'opened'>,
  record?: OutcomeRecord,
): WorkloadExplanation {
  const { label, object, request } = candidate;
  const decision = decideOn(candidate, injector, namespaces);
  const facts = namespaces.facts(request.namespace);
  const { selection, steps, choices } = injector.explain(decision, object, request, facts);
  const origins: Origins = {
    request: (path) => candidate.requestOrigin(pathText(path)),
    pod: candidate.position,
    namespace: (path) => namespaces.origin(request.namespace, path),
    settings: (path) => originOf(path, sources),
    whyUnknown: (source, path) =>
      source === 'namespace' ? namespaces.whyUnknown(request.namespace, path) : undefined,
  };
  const isInjected = decision.outcome === 'injected';
  const verdict = candidate.isReview ? undefined : guard.verdictOn(candidate, facts.labels);
  const patch = isInjected ? serviceAccounts.patch(decision, candidate, injector) : undefined;
  return {
    object: label,
    namespace: request.namespace,
    recorded: record && recordedOutcome(record, injector),
    outcome: decision.outcome,
    reason: decision.reason,
    message: decision.message,
    link: reasonLink(decision.reason),
    warnings: [
      ...(isInjected && decision.settings.redirectBy === 'pod' ? podSecurityWarnings(facts.labels) : []),
      ...furtherWarnings(decision),
      ...(patch?.warnings ?? []),
    ],
    webhook: candidate.isReview
      ? undefined
      : explainWebhook(webhooks.callsFor(candidate, facts.labels), selection, origins),
    ...(verdict && { guard: verdict }),
    rules: steps.map(({ reason, holds, facts }) => ({
      reason,
      holds,
      facts: facts.map((fact) => locateFact(fact, origins)),
    })),
    adds: additionsOf(patch?.operations ?? []),
    replaces: replacementsOf(patch?.operations ?? [], object),
    redirects: isInjected ? describeTraffic(decision.settings) : [],
    values: choices.map(({ target, fact }) => ({ setting: target, ...locateFact(fact, origins) })),
  };
}

function podSecurityWarnings(namespaceLabels: StringMap = {}): string[] {
  const level = namespaceLabels[SECURITY_LEVEL] ?? '';
  return FORBIDDING_LEVELS.includes(level)
    ? [`proxy-injection: the Pod will be denied: ${forbiddenText(level)}`]
    : [];
}

function recordedOutcome(record: OutcomeRecord, { identity }: Context['injector']) {
  if (record.status === 'injected')
    return { ...record, isCurrent: record.configHash === identity.configHash };
  if (record.status === 'none' || !isReason(record.reason)) return record;
  return { ...record, link: reasonLink(record.reason) };
}
