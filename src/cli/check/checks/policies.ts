import { isDeepStrictEqual } from 'node:util';
import { asObject, type JsonObject } from '../../../core/values/json.js';
import { actionOf, bindingsOf } from '../../selection/guard-bindings.js';
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
    const bindings = await installation.policies('validatingPolicyBindings');
    const denying = selectionsOf(refusals, bindings);
    const refusing = validating.find(({ metadata }) => metadata.name === refusals);
    const isDenying = refusing !== undefined;
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
        ...(isDenying ? weakened(refusing, bindings) : []),
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

/** What lets Pods start without a proxy although the policy and its bindings are there. */
function weakened(
  { metadata: { name }, spec }: KubernetesObject,
  bindings: readonly JsonObject[],
): Problem[] {
  const idle = bindingsOf(name, bindings).filter((binding) => actionOf(binding) !== 'deny');
  const messages = [
    ...idle.map(({ metadata }) => `the binding ${String(asObject(metadata).name)} does not deny`),
    ...(asObject(spec).failurePolicy === 'Ignore' ? [`${name} has failurePolicy Ignore`] : []),
  ];
  return messages.map((what) => ({
    severity: 'failed',
    message: `${what}, so Pods may start without a proxy`,
    hint: RESTORE,
  }));
}

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
