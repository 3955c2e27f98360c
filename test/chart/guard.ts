import type { KubernetesObject } from './chart.js';
import { find } from './chart.js';

/** The guard of a release. */
export interface Guard {
  readonly policy: KubernetesObject;
  readonly bindings: readonly KubernetesObject[];
}

/** The objects of the guard among those of a release. */
export function guardObjects(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return objects.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'guard');
}

/** The guard among the objects of a release. */
export function guardOf(objects: readonly KubernetesObject[]): Guard {
  const own = guardObjects(objects);
  return {
    policy: find(own, 'ValidatingAdmissionPolicy'),
    bindings: own.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding'),
  };
}

/**
 * A webhook configuration that is called for the Pods that the guard looks at: one webhook for each binding, with its
 * name. Webhooks and policies are matched by the same code of the API server.
 */
export function asWebhooks({ policy, bindings }: Guard): KubernetesObject {
  const { matchConstraints, matchConditions } = policy.spec;
  const webhooks = bindings.map(({ metadata, spec }) => ({
    name: metadata.name,
    ...spec.matchResources,
    rules: matchConstraints.resourceRules,
    matchPolicy: matchConstraints.matchPolicy,
    matchConditions,
  }));
  return { metadata: { name: 'guard' }, webhooks };
}
