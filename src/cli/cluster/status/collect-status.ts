import { asObject, type JsonObject } from '../../../core/values/json.js';
import type { Progress } from '../../output/progress.js';
import type { Cluster } from '../cluster.js';
import { controllerOf, type ObjectReference, Owners, referenceKey } from '../owners.js';
import { RESOURCES } from '../resources.js';
import { getWorkload, type NamedObject } from '../workload-reference.js';
import { type Present, podState } from './pod-state.js';
import { Tally, type WorkloadStatus } from './workload-status.js';

/** Which Pods to look at. */
export interface StatusScope {
  /** All namespaces if undefined. */
  readonly namespace: string | undefined;
  /** Needs a namespace. */
  readonly workload?: NamedObject | undefined;
}

/** The workloads of a scope, and what could not be read. */
export interface CollectedStatus {
  readonly workloads: readonly WorkloadStatus[];
  readonly notes: readonly string[];
}

/** Counts the Pods of each workload, page by page. Throws a `ClusterError` if the Pods cannot be read. */
export async function collectStatus(
  cluster: Cluster,
  present: Present,
  scope: StatusScope,
  progress: Progress,
): Promise<CollectedStatus> {
  const tallies = new Map<string, { readonly reference: ObjectReference; readonly tally: Tally }>();
  const tallyOf = (reference: ObjectReference): Tally => {
    const key = referenceKey(reference);
    const { tally } = tallies.get(key) ?? { tally: new Tally() };
    tallies.set(key, { reference, tally });
    return tally;
  };
  let count = 0;
  for await (const pods of podPages(cluster, scope)) {
    for (const pod of pods) {
      const isSelf = scope.workload?.resource === RESOURCES.pods;
      const tally = tallyOf(isSelf ? selfOf(pod) : controllerOf(pod, 'Pod'));
      if (isFinished(pod)) tally.addFinished();
      else tally.add(podState(pod, present));
    }
    count += pods.length;
    progress.show(`Reading Pods: ${count}`);
  }
  const owners = new Owners();
  const controllers = [...tallies.values()];
  // Those of the workload itself are not asked for theirs: it may be a ReplicaSet.
  const others = controllers.map(({ reference }) => reference).filter((each) => !isWorkload(each, scope));
  const errors = await owners.find(cluster, others, scope.namespace);
  tallies.clear();
  for (const { reference, tally } of controllers) tallyOf(owners.workload(reference)).merge(tally);
  const workloads = [...tallies.values()].map(({ reference, tally }) => tally.status(reference));
  return {
    workloads: scope.workload ? only(workloads, scope.workload, scope.namespace) : workloads,
    notes: errors.map(({ message }) => `${message}; the workloads of some Pods are guesses`),
  };
}

async function* podPages(
  cluster: Cluster,
  { namespace, workload }: StatusScope,
): AsyncGenerator<readonly JsonObject[], void, undefined> {
  if (workload === undefined || namespace === undefined) {
    yield* cluster.pages(RESOURCES.pods, { namespace });
    return;
  }
  const { object, labelSelector } = await getWorkload(cluster, workload, namespace);
  if (workload.resource === RESOURCES.pods) yield [object];
  else yield* cluster.pages(RESOURCES.pods, { namespace, ...(labelSelector && { labelSelector }) });
}

/** The status of a workload, which is there even without Pods. */
function only(workloads: readonly WorkloadStatus[], workload: NamedObject, namespace = ''): WorkloadStatus[] {
  const { resource, name } = workload;
  const found = workloads.find((each) => isWorkload(each, { workload }));
  return [found ?? new Tally().status({ namespace, kind: resource.kind, name })];
}

function isWorkload({ kind, name }: ObjectReference, { workload }: Pick<StatusScope, 'workload'>): boolean {
  return kind === workload?.resource.kind && name === workload.name;
}

function selfOf({ metadata }: JsonObject): ObjectReference {
  const { namespace, name } = asObject(metadata);
  return { namespace: String(namespace), kind: 'Pod', name: String(name) };
}

/** Pods of Jobs stay after they have finished. Pods that are being deleted need no attention, either. */
function isFinished({ metadata, status }: JsonObject): boolean {
  const isDeleted = asObject(metadata).deletionTimestamp !== undefined;
  return isDeleted || ['Succeeded', 'Failed'].includes(String(asObject(status).phase));
}
