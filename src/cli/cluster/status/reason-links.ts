import { REASONS, type Reason } from '../../../core/decision/reasons.js';
import { reasonLink } from '../../../core/values/documentation.js';
import type { WorkloadStatus } from './workload-status.js';

/** The documentation of reasons. */
export type ReasonLinks = { readonly [reason in Reason]?: string };

/** The documentation of the reasons why Pods of workloads have no proxy, or would get none. */
export function reasonLinks(workloads: readonly WorkloadStatus[]): ReasonLinks {
  const found = new Set(workloads.flatMap(reasonsOf));
  const reasons = Object.keys(REASONS).filter((reason) => found.has(reason));
  return Object.fromEntries(reasons.map((reason) => [reason, reasonLink(reason)]));
}

/** Anyone who may write annotations could have written others than those of the table. */
function reasonsOf({ skipped, neverAsked, stale }: WorkloadStatus): string[] {
  const differences = Object.keys(stale.differences).map((text) => text.split(': ').at(-1) ?? '');
  const reasons = [...Object.keys(skipped), ...Object.keys(neverAsked), ...differences];
  return reasons.filter((reason) => reason !== 'injected');
}
