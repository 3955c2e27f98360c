import type { PodAdditions } from '../settings/settings.js';
import { isObject } from '../values/json.js';

/**
 * The volumes that the cluster autoscaler may lose when it removes a node; any other `emptyDir` keeps the node.
 * Source: github.com/kubernetes/autoscaler, cluster-autoscaler/FAQ.md.
 */
export const EVICTABLE_VOLUMES = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';

/** The annotation that lists those of the added volumes that are an `emptyDir`, as is a volume without a source. */
export function evictionAnnotation(volumes: PodAdditions['volumes']): PodAdditions['annotations'] {
  const names = volumes
    .filter((volume) => isObject(volume.emptyDir) || Object.keys(volume).length === 1)
    .map(({ name }) => name);
  return names.length === 0 ? {} : { [EVICTABLE_VOLUMES]: names.join() };
}
