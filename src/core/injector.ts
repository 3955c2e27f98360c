import { type Decision, decide, type FinalDecision, type Injected } from './decision/decision.js';
import { type Explanation, explain } from './decision/explanation.js';
import type { NamespaceFacts, RequestFacts, Subject } from './decision/subject.js';
import { type AddOperation, buildPatch, type Identity, shapeKey, shapeOf } from './patch/patch.js';
import { type ResolvedSettings, resolveDefaults } from './settings/resolved-settings.js';
import type { Settings } from './settings/settings.js';

/** One configuration, ready to decide and patch: the entry point of the core for the webhook, the command line, and the tests. */
export class Injector {
  readonly #defaults: ResolvedSettings;

  /** The settings must be valid: see `config/load.ts`. */
  constructor(
    readonly settings: Settings,
    readonly identity: Identity,
  ) {
    this.#defaults = resolveDefaults(settings);
  }

  /** Whether a Pod gets a proxy, and why. */
  decide(object: unknown, request: RequestFacts, namespace: NamespaceFacts): FinalDecision;
  decide(object: unknown, request: RequestFacts, namespace: NamespaceFacts | undefined): Decision;
  decide(object: unknown, request: RequestFacts, namespace: NamespaceFacts | undefined): Decision {
    return decide(this.#subject(object, request, namespace));
  }

  /** How that decision was reached. */
  explain(
    decision: FinalDecision,
    object: unknown,
    request: RequestFacts,
    namespace: NamespaceFacts | undefined,
  ): Explanation {
    return explain(decision, this.#subject(object, request, namespace));
  }

  /** Everything a patch depends on, as a string: one injector gives Pods with equal keys equal patches. */
  patchKey({ pod, overridesKey }: Injected): string {
    return overridesKey + shapeKey(shapeOf(pod, this.settings));
  }

  /** The operations that add the proxy to a Pod that this injector decided to inject. */
  patch({ pod, settings }: Injected): AddOperation[] {
    return buildPatch(shapeOf(pod, this.settings), settings, this.settings, this.identity);
  }

  #subject(object: unknown, request: RequestFacts, namespace: NamespaceFacts | undefined): Subject {
    return { object, request, namespace, settings: this.settings, defaults: this.#defaults };
  }
}
