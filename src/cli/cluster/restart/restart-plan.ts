import { asObject } from '../../../core/values/json.js';
import { ClusterError } from '../../cluster-error.js';
import type { Cluster } from '../cluster.js';
import { type ObjectReference, referenceText } from '../owners.js';
import { notesOn } from '../status/attention.js';
import { isUnreadable } from '../status/present.js';
import type { WorkloadStatus } from '../status/workload-status.js';
import { RESTARTABLE, type Restartable } from './restartable.js';

/** A workload to restart. */
export interface PlannedRestart {
  readonly reference: ObjectReference;
  readonly kind: Restartable;
  /** Why, such as `2 stale: configuration`; undefined if the user asked for it by name. */
  readonly why: string | undefined;
}

/** What to restart, and what cannot be. */
export interface RestartPlan {
  readonly restarts: readonly PlannedRestart[];
  /** Why each of the other workloads cannot be restarted. */
  readonly obstacles: readonly string[];
}

/** Plans to restart workloads, by namespace and name. One that is gone or cannot be read does not stop the others. */
export async function planRestarts(
  cluster: Cluster,
  workloads: readonly WorkloadStatus[],
): Promise<RestartPlan> {
  const plans: (PlannedRestart | string)[] = [];
  for (const workload of workloads) {
    try {
      plans.push(await planRestart(cluster, workload, notesOn(workload, true)[0].text));
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      plans.push(`${labelOf(workload)}: ${error.message}`);
    }
  }
  return {
    restarts: plans.filter((plan) => typeof plan === 'object').sort(byName),
    obstacles: plans.filter((plan) => typeof plan === 'string').sort(),
  };
}

/** Plans to restart one workload, or says why it cannot be restarted. */
export async function planRestart(
  cluster: Cluster,
  reference: ObjectReference,
  why?: string,
): Promise<PlannedRestart | string> {
  const { kind: name, namespace } = reference;
  const label = labelOf(reference);
  const kind = RESTARTABLE.find(({ resource }) => resource.kind === name);
  if (kind === undefined) return `${label}: ${obstacleOf(name)}`;
  const { spec } = await cluster.get(kind.resource, reference.name, namespace);
  const obstacle = kind.obstacle(asObject(spec));
  return obstacle === undefined ? { reference, kind, why } : `${label}: ${obstacle}`;
}

/** `deployment/web -n shop` */
export function labelOf(reference: ObjectReference): string {
  return `${referenceText(reference)} -n ${reference.namespace}`;
}

/** Turns an obstacle into an error, for a workload that the user named. */
export function requirePlan(plan: PlannedRestart | string): PlannedRestart {
  if (typeof plan === 'string') throw new ClusterError(plan);
  return plan;
}

function obstacleOf(kind: string): string {
  if (kind === 'Job' || kind === 'CronJob')
    return 'a Job cannot be restarted: its next run gets the current proxy';
  return `a ${kind} cannot be restarted: create it again`;
}

function byName({ reference: one }: PlannedRestart, { reference: other }: PlannedRestart): number {
  return labelKey(one).localeCompare(labelKey(other), 'en');
}

function labelKey({ namespace, name, kind }: ObjectReference): string {
  return `${namespace}/${name}/${kind}`;
}
