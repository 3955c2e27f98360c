import type { JsonObject } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import type { StringMap } from '../../core/values/shape.js';
import { isOwnConfiguration } from '../cluster/injector/release.js';
import { podSubjectOf, type Selected } from './pod-subject.js';
import { callsFor, type Evaluate, type WebhookCall } from './webhook-call.js';

/** A MutatingWebhookConfiguration, from a manifest or a cluster. */
export interface WebhookConfiguration {
  readonly name: string;
  readonly object: JsonObject;
  /** It is a policy that injects by itself, with its bindings in the form of webhooks. */
  readonly isPolicy?: true;
  /** Where a value in it comes from: `webhooks.yaml:6:5`. */
  position(path: Path): string;
}

/** A call of a webhook, or the evaluation of a policy, and where what decides it comes from. */
export interface LocatedCall extends WebhookCall {
  readonly isPolicy: boolean;
  readonly configuration: string;
  readonly origin: string;
}

/** The webhook configurations of the injector that are known. */
export class OwnWebhooks {
  readonly #configurations: readonly WebhookConfiguration[];
  readonly #evaluate: Evaluate;

  private constructor(configurations: readonly WebhookConfiguration[], evaluate: Evaluate) {
    this.#configurations = configurations;
    this.#evaluate = evaluate;
  }

  static readonly NONE = new OwnWebhooks([], () => ({ unknown: 'there is no configuration' }));

  /** Takes those of the injector from all webhook configurations. */
  static async open(configurations: readonly WebhookConfiguration[]): Promise<OwnWebhooks> {
    const own = configurations.filter(({ object, isPolicy }) => isPolicy || isOwnConfiguration(object));
    if (own.length === 0) return OwnWebhooks.NONE;
    const { evaluateCondition } = await import('./match-conditions.js');
    return new OwnWebhooks(own, evaluateCondition);
  }

  /** The calls of all webhooks for a Pod; undefined if no configuration is known. Labels may be unknown. */
  callsFor(selected: Selected, namespaceLabels: StringMap | undefined): readonly LocatedCall[] | undefined {
    if (this.#configurations.length === 0) return undefined;
    const subject = podSubjectOf(selected, namespaceLabels);
    return this.#configurations.flatMap(({ name, object: configuration, position, isPolicy = false }) =>
      callsFor(configuration, subject, this.#evaluate).map((call) => ({
        ...call,
        isPolicy,
        configuration: name,
        origin: position(call.path),
      })),
    );
  }
}
