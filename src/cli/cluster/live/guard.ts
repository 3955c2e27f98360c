import { ClusterError } from '../../cluster-error.js';
import { OwnGuard } from '../../selection/own-guard.js';
import type { Cluster } from '../cluster.js';
import { RESOURCES } from '../resources.js';

/** Reads the guard of a cluster. Before 1.30, Kubernetes has no such policies. */
export async function readGuard(cluster: Cluster): Promise<OwnGuard> {
  try {
    return await OwnGuard.open(
      await cluster.list(RESOURCES.validatingPolicies, {}),
      await cluster.list(RESOURCES.validatingPolicyBindings, {}),
    );
  } catch (error) {
    if (error instanceof ClusterError && error.isNotFound) return OwnGuard.NONE;
    throw error;
  }
}
