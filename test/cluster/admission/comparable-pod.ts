import { ADDED } from '../../../src/core/pod/annotations.js';
import type { KubernetesObject } from '../../chart/chart.js';

/** Fields that the API server sets and that differ from Pod to Pod. */
const UNIQUE = ['uid', 'creationTimestamp', 'resourceVersion', 'managedFields', 'namespace'] as const;

/**
 * A stored Pod without what differs from Pod to Pod: its identity, the times of its conditions, the random suffixes of
 * generated names and of the token volume, the position of that volume, which the API server adds before it calls
 * webhooks, and the annotation about null fields, which webhooks never see.
 */
export function comparable(stored: KubernetesObject): KubernetesObject {
  const { metadata, spec, ...rest } = JSON.parse(
    JSON.stringify(stored).replaceAll(/kube-api-access-\w{5}/g, 'kube-api-access'),
    (key, value) => (key === 'lastTransitionTime' ? undefined : value),
  );
  for (const field of UNIQUE) delete metadata[field];
  if (metadata.generateName !== undefined) delete metadata.name;
  if (metadata.annotations?.[ADDED]?.startsWith('{"null":')) delete metadata.annotations[ADDED];
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  return { ...rest, metadata, spec: { ...spec, volumes: spec.volumes?.toSorted(byName) } };
}
