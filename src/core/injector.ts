import { type Decision, decide, type FinalDecision, type Injected } from './decision/decision.js';
import { type Explanation, explain } from './decision/explanation.js';
import type { NamespaceFacts, RequestFacts, Subject } from './decision/subject.js';
import { type AddOperation, buildPatch, type Identity, shapeKey, shapeOf } from './patch/patch.js';
import { defaultInjection, type Injection } from './settings/resolved-settings.js';
import type { Settings } from './settings/settings.js';

/** One configuration at work: the one way in for the webhook, the command line and the tests. */
export class Injector {
  readonly #base: Injection;

  /** The settings have to be valid: see `config/load.ts`. */
  constructor(
    readonly settings: Settings,
    readonly identity: Identity,
  ) {
    this.#base = defaultInjection(settings);
  }

  /** Whether a Pod gets a proxy, and why. */
  decide(object: unknown, request: RequestFacts, namespace: NamespaceFacts | undefined): Decision {
    return decide(this.#subject(object, request, namespace));
  }

  /** How the decision about that came about. */
  explain(
    decision: FinalDecision,
    object: unknown,
    request: RequestFacts,
    namespace: NamespaceFacts | undefined,
  ): Explanation {
    return explain(decision, this.#subject(object, request, namespace));
  }

  /** What a patch depends on, as a text: of one injector, Pods with equal keys get equal patches. */
  patchKey({ pod, overrides }: Injected): string {
    return overrides + shapeKey(shapeOf(pod, this.settings));
  }

  /** The operations that put the proxy into a Pod that this injector decided to inject. */
  patch({ pod, injection }: Injected): AddOperation[] {
    return buildPatch(shapeOf(pod, this.settings), injection, this.settings, this.identity);
  }

  #subject(object: unknown, request: RequestFacts, namespace: NamespaceFacts | undefined): Subject {
    return { object, request, namespace, settings: this.settings, base: this.#base };
  }
}
