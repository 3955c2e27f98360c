import { asList, asObject, type JsonObject } from '../../../core/values/json.js';
import { RESOURCES, type Resource } from '../resources.js';

/** How far a rollout is. */
export type Rollout =
  | { readonly state: 'done' }
  | { readonly state: 'progressing'; readonly text: string }
  | { readonly state: 'failed'; readonly text: string };

/** A kind of workload that can be restarted. */
export interface Restartable {
  readonly resource: Resource;
  /** The merge patch that restarts it; `time` is in RFC 3339. */
  readonly patch: (time: string) => JsonObject;
  /** Why a restart would not replace its Pods; undefined if it would. */
  readonly obstacle: (spec: JsonObject) => string | undefined;
  /** How far the rollout of a restarted object is, as `kubectl rollout status` tells it. */
  readonly rollout: (object: JsonObject) => Rollout;
}

/** The kinds that `kubectl rollout restart` restarts, and the Rollouts of Argo. */
export const RESTARTABLE: readonly Restartable[] = [
  {
    resource: RESOURCES.deployments,
    patch: templatePatch,
    obstacle: ({ paused }) => (paused === true ? 'it is paused: resume it first' : undefined),
    rollout: deploymentRollout,
  },
  {
    resource: RESOURCES.statefulSets,
    patch: templatePatch,
    obstacle: (spec) => onDelete(spec) ?? partitioned(spec),
    rollout: statefulSetRollout,
  },
  { resource: RESOURCES.daemonSets, patch: templatePatch, obstacle: onDelete, rollout: daemonSetRollout },
  {
    resource: RESOURCES.rollouts,
    patch: (restartAt) => ({ spec: { restartAt } }),
    obstacle: ({ paused }) => (paused === true ? 'it is paused: resume it first' : undefined),
    rollout: argoRollout,
  },
];

/** The annotation of `kubectl rollout restart`: kubernetes.io/docs/reference/labels-annotations-taints. */
function templatePatch(time: string): JsonObject {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': time };
  return { spec: { template: { metadata: { annotations } } } };
}

function onDelete({ updateStrategy }: JsonObject): string | undefined {
  const isManual = asObject(updateStrategy).type === 'OnDelete';
  return isManual ? 'its updateStrategy is OnDelete: delete its Pods yourself' : undefined;
}

/** The Pods below the partition keep their template, so they would stay stale. */
function partitioned({ updateStrategy }: JsonObject): string | undefined {
  const { partition } = asObject(asObject(updateStrategy).rollingUpdate);
  return number(partition ?? 0) > 0
    ? `its partition ${partition} keeps old Pods: remove it first`
    : undefined;
}

function deploymentRollout(object: JsonObject): Rollout {
  const { replicas = 1 } = asObject(object.spec);
  const status = asObject(object.status);
  const { updatedReplicas = 0, replicas: all = 0, availableReplicas = 0 } = status;
  if (!isObserved(object)) return progressing(0, replicas);
  const failed = asList(status.conditions)
    .map(asObject)
    .find(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded');
  if (failed) return { state: 'failed', text: String(failed.message ?? failed.reason) };
  if (number(updatedReplicas) < number(replicas)) return progressing(updatedReplicas, replicas);
  if (number(all) > number(updatedReplicas)) {
    return {
      state: 'progressing',
      text: `${number(all) - number(updatedReplicas)} old Pods pending termination`,
    };
  }
  return number(availableReplicas) < number(updatedReplicas)
    ? progressing(availableReplicas, replicas, 'available')
    : DONE;
}

function statefulSetRollout(object: JsonObject): Rollout {
  const { replicas = 1 } = asObject(object.spec);
  const status = asObject(object.status);
  const { updatedReplicas = 0, readyReplicas = 0, currentRevision, updateRevision } = status;
  if (!isObserved(object)) return progressing(0, replicas);
  if (currentRevision !== updateRevision) return progressing(updatedReplicas, replicas);
  return number(readyReplicas) < number(replicas) ? progressing(readyReplicas, replicas, 'ready') : DONE;
}

function daemonSetRollout(object: JsonObject): Rollout {
  const {
    desiredNumberScheduled = 0,
    updatedNumberScheduled = 0,
    numberAvailable = 0,
  } = asObject(object.status);
  if (!isObserved(object) || number(updatedNumberScheduled) < number(desiredNumberScheduled)) {
    return progressing(updatedNumberScheduled, desiredNumberScheduled);
  }
  return number(numberAvailable) < number(desiredNumberScheduled)
    ? progressing(numberAvailable, desiredNumberScheduled, 'available')
    : DONE;
}

/** Argo's controller copies `restartAt` to the status when it has deleted all older Pods. */
function argoRollout(object: JsonObject): Rollout {
  const { replicas = 1, restartAt } = asObject(object.spec);
  const { restartedAt, availableReplicas = 0, phase, message } = asObject(object.status);
  if (phase === 'Degraded') return { state: 'failed', text: String(message ?? phase) };
  const isRestarted = Date.parse(String(restartedAt)) >= Date.parse(String(restartAt));
  if (!isRestarted) return { state: 'progressing', text: 'replacing Pods' };
  return number(availableReplicas) < number(replicas)
    ? progressing(availableReplicas, replicas, 'available')
    : DONE;
}

const DONE = { state: 'done' } as const;

function progressing(done: unknown, wanted: unknown, what = 'updated'): Rollout {
  return { state: 'progressing', text: `${number(done)} of ${number(wanted)} Pods ${what}` };
}

/** Whether the status is of the current spec. */
function isObserved({ metadata, status }: JsonObject): boolean {
  return number(asObject(status).observedGeneration ?? 0) >= number(asObject(metadata).generation ?? 0);
}

function number(value: unknown): number {
  return Number(value);
}
