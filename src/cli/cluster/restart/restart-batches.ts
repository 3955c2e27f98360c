import { setTimeout } from 'node:timers/promises';
import { ClusterError } from '../../cluster-error.js';
import type { Progress } from '../../output/progress.js';
import type { Cluster } from '../cluster.js';
import { labelOf, type PlannedRestart } from './restart-plan.js';
import type { Rollout } from './restartable.js';

/** How to restart. */
export interface BatchOptions {
  /** How many workloads are restarted at a time. */
  readonly batchSize: number;
  /** How long each may take to become ready. */
  readonly timeoutMs: number;
  /** Called once a workload is ready. Throws to stop, for example if it is still stale. */
  readonly onReady: (restart: PlannedRestart) => Promise<void> | void;
  /** The interval between two reads of a workload. */
  readonly pollMs?: number;
}

/**
 * Restarts workloads batch by batch, and waits for each. Throws a `ClusterError` at the first batch with a workload
 * that does not become ready, and does not restart the rest.
 */
export async function restartInBatches(
  cluster: Cluster,
  restarts: readonly PlannedRestart[],
  options: BatchOptions,
  progress: Progress,
): Promise<void> {
  for (let start = 0; start < restarts.length; start += options.batchSize) {
    const batch = restarts.slice(start, start + options.batchSize);
    // Wait for the whole batch, to report each of its workloads.
    const results = await Promise.allSettled(
      batch.map(async (restart) => {
        await triggerRestart(cluster, restart);
        await waitUntilReady(cluster, restart, options, progress);
      }),
    );
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    if (failures.length > 0) throw failureOf(failures, restarts.length - start - batch.length);
  }
}

/** One error for those of a batch. A bug is reported as it is. */
function failureOf(failures: readonly unknown[], rest: number): unknown {
  const bug = failures.find((failure) => !(failure instanceof ClusterError));
  if (bug !== undefined) return bug;
  const messages = (failures as readonly ClusterError[]).map(({ message }) => message);
  const others = rest === 1 ? '1 workload was' : `${rest} workloads were`;
  return new ClusterError([...messages, ...(rest > 0 ? [`${others} not restarted`] : [])].join('; '));
}

async function triggerRestart(cluster: Cluster, { reference, kind }: PlannedRestart): Promise<void> {
  const time = `${new Date().toISOString().slice(0, 19)}Z`; // without fractions, as kubectl writes it
  await cluster.merge(kind.resource, reference.name, reference.namespace, kind.patch(time));
}

async function waitUntilReady(
  cluster: Cluster,
  restart: PlannedRestart,
  { timeoutMs, onReady, pollMs = 1000 }: BatchOptions,
  progress: Progress,
): Promise<void> {
  const label = labelOf(restart.reference);
  const end = performance.now() + timeoutMs;
  for (;;) {
    const rollout = await rolloutOf(cluster, restart);
    if (rollout.state === 'done') return onReady(restart);
    if (rollout.state === 'failed') throw new ClusterError(`${label}: ${rollout.text}`);
    if (performance.now() >= end) {
      throw new ClusterError(`${label}: not ready within ${timeoutMs / 1000} s: ${rollout.text}`);
    }
    progress.show(`Waiting for ${label}: ${rollout.text}`);
    await setTimeout(pollMs);
  }
}

/** How far a rollout is. An API server that is busy, or restarts, tells it later. */
async function rolloutOf(cluster: Cluster, { reference, kind }: PlannedRestart): Promise<Rollout> {
  try {
    return kind.rollout(await cluster.get(kind.resource, reference.name, reference.namespace));
  } catch (error) {
    if (!(error instanceof ClusterError && error.isTransient)) throw error;
    return { state: 'progressing', text: error.message };
  }
}
