import type { Selection } from '../../core/decision/selection.js';
import type { LocatedCall } from '../selection/own-webhooks.js';
import { isAnyCalled } from '../selection/webhook-call.js';
import { type LocatedFact, locateFact, type Origins } from './located-fact.js';

/**
 * Whether the API server calls the webhook for a Pod, or evaluates the policy that injects. Printed by `-o json`, so
 * its keys are a public interface.
 */
export interface WebhookExplanation {
  /** Undefined if that is unknown. */
  readonly called: boolean | undefined;
  /** Whether a policy injects, and no webhook. */
  readonly isPolicy?: true;
  /** What the selectors of the chart read. Empty if a webhook configuration is known. */
  readonly facts: readonly LocatedFact[];
  /** The webhooks of the known configurations, and what decides about each. Undefined if no configuration is known. */
  readonly webhooks?: readonly WebhookDecision[];
}

/** Whether one webhook is called. */
interface WebhookDecision {
  readonly name: string;
  readonly configuration: string;
  readonly called: boolean | undefined;
  readonly decidedBy: string;
  readonly given: string;
  readonly origin: string;
}

/** Explains by the known webhook configurations, or if there are none, by the selectors of the chart. */
export function explainWebhook(
  calls: readonly LocatedCall[] | undefined,
  selection: Selection,
  origins: Origins,
): WebhookExplanation {
  if (calls === undefined) {
    return {
      called: selection.isCalled,
      facts: selection.facts.map((fact) => locateFact(fact, origins)),
    };
  }
  const webhooks = calls.map(({ webhook, configuration, isCalled, decidedBy, given, origin }) => ({
    name: webhook,
    configuration,
    called: isCalled,
    decidedBy,
    given,
    origin,
  }));
  const isPolicy = calls.length > 0 && calls.every((call) => call.isPolicy);
  return { called: isAnyCalled(calls), ...(isPolicy && { isPolicy }), facts: [], webhooks };
}
