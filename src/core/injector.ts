import { type Decision, decide, type Injected } from './decision.js';
import { defaultInjection, type Injection } from './injection.js';
import { type AddOperation, buildPatch, type Identity, shapeOf } from './patch.js';
import type { Settings } from './settings.js';
import type { NamespaceFacts, RequestFacts } from './subject.js';

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
    return decide({ object, request, namespace, settings: this.settings, base: this.#base });
  }

  /** What a patch depends on, as a text: of one injector, Pods with equal keys get equal patches. */
  patchKey({ pod, overrides }: Injected): string {
    return overrides + JSON.stringify(shapeOf(pod, this.settings));
  }

  /** The operations that put the proxy into a Pod that this injector decided to inject. */
  patch({ pod, injection }: Injected): AddOperation[] {
    return buildPatch(shapeOf(pod, this.settings), injection, this.settings, this.identity);
  }
}
