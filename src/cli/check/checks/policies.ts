import { isDeepStrictEqual } from 'node:util';
import { asObject } from '../../../core/values/json.js';
import { bindingsOf } from '../../selection/guard-bindings.js';
import { type Check, type Problem, problems } from '../check.js';
import type { KubernetesObject } from '../kubernetes-object.js';
import { list } from '../list.js';

const RESTORE = 'Apply the output of proxy-injector policy again, or run helm upgrade.';

/** What injects without a webhook is complete. */
export const policies: Check = {
  id: 'policies',
  title: 'The policies that inject without a webhook, if there are any, are complete',
  async run(installation) {
    const policy = await installation.injectingPolicy();
    if (policy === undefined) return { detail: 'there are none', problems: [] };
    const { name } = policy.metadata;
    const refusals = `${name}-refusals`;
    const validating = await installation.policies('validatingPolicies');
    const injecting = selectionsOf(name, await installation.policies('mutatingPolicyBindings'));
    const denying = selectionsOf(refusals, await installation.policies('validatingPolicyBindings'));
    const isDenying = validating.some(({ metadata }) => metadata.name === refusals);
    return {
      detail: name,
      ...problems(
        ...missing(name, injecting),
        !isDenying && {
          severity: 'failed',
          message: `there is no policy ${refusals}, so Pods that the injector would deny start without a proxy`,
          hint: RESTORE,
        },
        ...(isDenying ? missing(refusals, denying) : []),
        isDenying &&
          [...injecting].some(
            ([of, selected]) => denying.has(of) && !isDeepStrictEqual(denying.get(of), selected),
          ) && {
            severity: 'failed',
            message: `the bindings of ${name} and ${refusals} select different Pods`,
            hint: RESTORE,
          },
      ),
    };
  },
};

/** What the bindings of a policy select, by their suffix. */
function selectionsOf(policy: string, bindings: readonly KubernetesObject[]): ReadonlyMap<string, unknown> {
  return new Map(
    bindingsOf(policy, bindings).map(({ metadata, spec }) => [
      String(asObject(metadata).name).slice(`${policy}-`.length),
      asObject(spec).matchResources,
    ]),
  );
}

function missing(policy: string, selections: ReadonlyMap<string, unknown>): Problem[] {
  const names = ['namespaces', 'pods'].filter((of) => !selections.has(of)).map((of) => `${policy}-${of}`);
  if (names.length === 0) return [];
  return [{ severity: 'failed', message: `${policy} lacks its bindings ${list(names)}`, hint: RESTORE }];
}
