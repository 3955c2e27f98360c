import { ADDED } from '../../../src/core/pod/annotations.js';
import type { KubernetesObject } from '../../chart/chart.js';

/** What the API server gives each Pod anew. */
const ITS_OWN = ['uid', 'creationTimestamp', 'resourceVersion', 'managedFields', 'namespace'] as const;

/**
 * A Pod as the API server stores it, without what differs from Pod to Pod: what identifies it, the times of its
 * conditions, the random end of a generated name and of the name of the volume with its token, the place of that
 * volume, which the API server adds before it asks webhooks, and the note of what was null, which no webhook gets to
 * see.
 */
export function comparable(stored: KubernetesObject): KubernetesObject {
  const { metadata, spec, ...rest } = JSON.parse(
    JSON.stringify(stored).replaceAll(/kube-api-access-\w{5}/g, 'kube-api-access'),
    (key, value) => (key === 'lastTransitionTime' ? undefined : value),
  );
  for (const field of ITS_OWN) delete metadata[field];
  if (metadata.generateName !== undefined) delete metadata.name;
  if (metadata.annotations?.[ADDED]?.startsWith('{"null":')) delete metadata.annotations[ADDED];
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  return { ...rest, metadata, spec: { ...spec, volumes: spec.volumes?.toSorted(byName) } };
}
