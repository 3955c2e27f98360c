import { STATUS } from '../../../core/pod/annotations.js';
import { asList, asObject, type JsonObject } from '../../../core/values/json.js';
import { ClusterError } from '../../cluster-error.js';
import type { Cluster } from '../cluster.js';
import { RESOURCES } from '../resources.js';

/**
 * Finds the MutatingAdmissionPolicy that injects without a webhook; the first if there are several. Undefined if there
 * is none, if the user may not list them, or if this version of Kubernetes has no such policies.
 */
export async function findInjectingPolicy(cluster: Cluster): Promise<JsonObject | undefined> {
  try {
    return (await cluster.list(RESOURCES.mutatingPolicies, {})).find(isInjecting);
  } catch (error) {
    if (error instanceof ClusterError && (error.isNotFound || error.isForbidden)) return undefined;
    throw error;
  }
}

/** Whether a MutatingAdmissionPolicy is one of the injector: it has a configuration, and records what it did. */
export function isInjecting(policy: JsonObject): boolean {
  const variables = variablesOf(policy);
  const isRecording = variables.some(({ expression }) => expression.includes(STATUS));
  return isRecording && variables.some(({ name }) => name === 'config');
}

/** The variables of a policy. */
export function variablesOf({ spec }: JsonObject): readonly { name: string; expression: string }[] {
  return asList(asObject(spec).variables)
    .map(asObject)
    .map(({ name, expression }) => ({ name: String(name), expression: String(expression) }));
}
