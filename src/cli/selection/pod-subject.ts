import type { Labels } from './label-selector.js';

/** A Pod that is about to be created, as far as it is known. */
export interface PodSubject {
  /** The Pod, or the Pod template. */
  readonly object: unknown;
  readonly labels: Labels;
  /** The kind that the Pod was read from: `Pod`, or that of its controller. */
  readonly workload: string;
  readonly namespace: string;
  readonly namespaceLabels: Labels;
}
