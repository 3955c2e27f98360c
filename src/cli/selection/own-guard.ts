import { STATUS } from '../../core/pod/annotations.js';
import { asList, asObject, type JsonObject } from '../../core/values/json.js';
import type { StringMap } from '../../core/values/shape.js';
import {
  actionOf,
  asWebhooks,
  bindingsOf,
  GUARD_ACTIONS,
  type GuardAction,
  guardName,
} from './guard-bindings.js';
import { podSubjectOf, type Selected } from './pod-subject.js';
import { callsFor, type Evaluate } from './webhook-call.js';

/** What the guard does with a Pod that the injector is not asked about. */
export interface GuardVerdict {
  /** Undefined if it depends on something that is not known. */
  readonly action: GuardAction | undefined;
  /** The binding that decides; undefined if none does. */
  readonly binding: string | undefined;
}

/** The guards of a cluster, one for each injector. */
export class OwnGuard {
  readonly #policies: readonly JsonObject[];
  readonly #bindings: readonly JsonObject[];
  readonly #evaluate: Evaluate;

  private constructor(policies: readonly JsonObject[], bindings: readonly JsonObject[], evaluate: Evaluate) {
    this.#policies = policies;
    this.#bindings = bindings;
    this.#evaluate = evaluate;
  }

  static readonly NONE = new OwnGuard([], [], () => ({ unknown: 'there is no policy' }));

  /** Takes those of the injector from all policies. */
  static async open(policies: readonly JsonObject[], bindings: readonly JsonObject[]): Promise<OwnGuard> {
    const own = policies.filter(isGuard);
    if (own.length === 0) return OwnGuard.NONE;
    const { evaluateCondition } = await import('./match-conditions.js');
    return new OwnGuard(own, bindings, evaluateCondition);
  }

  /** What it does with a Pod; undefined if there is no guard. */
  verdictOn(selected: Selected, namespaceLabels: StringMap | undefined): GuardVerdict | undefined {
    if (this.#policies.length === 0) return undefined;
    const subject = podSubjectOf(selected, namespaceLabels);
    const verdicts = this.#policies.flatMap((policy) => {
      const bindings = bindingsOf(String(asObject(policy.metadata).name), this.#bindings);
      const calls = callsFor(asWebhooks(policy, bindings), subject, this.#evaluate);
      return bindings.flatMap((binding, index) => {
        const isCalled = calls[index]?.isCalled;
        const action = isCalled === undefined ? undefined : actionOf(binding);
        return isCalled === false ? [] : [{ action, binding: String(asObject(binding.metadata).name) }];
      });
    });
    const known = GUARD_ACTIONS.map((action) => verdicts.find((each) => each.action === action));
    return known.find((each) => each !== undefined) ?? verdicts[0] ?? { action: 'off', binding: undefined };
  }
}

/** Whether a policy is that of a guard: the chart names it so, and it reads the record of the injector. */
function isGuard({ metadata, spec }: JsonObject): boolean {
  const validations = asList(asObject(spec).validations).map(asObject);
  return (
    String(asObject(metadata).name).endsWith(guardName('')) &&
    validations.some(({ expression }) => String(expression).includes(STATUS))
  );
}
