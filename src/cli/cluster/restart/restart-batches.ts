import { setTimeout } from 'node:timers/promises';
import { ClusterError } from '../../cluster-error.js';
import type { Progress } from '../../output/progress.js';
import type { Cluster } from '../cluster.js';
import { labelOf, type PlannedRestart } from './restart-plan.js';

/** How to restart. */
export interface BatchOptions {
  /** How many workloads are restarted at a time. */
  readonly batchSize: number;
  /** How long each may take to become ready. */
  readonly timeoutMs: number;
  /** Called once a workload is ready; throws if it is not as it should be. */
  readonly onReady: (restart: PlannedRestart) => Promise<void> | void;
  /** How long to wait between looks at a workload. */
  readonly pollMs?: number;
}

/**
 * Restarts workloads batch by batch, and waits for each. Throws a `ClusterError` at the first that does not become
 * ready, and leaves the following ones alone.
 */
export async function restartInBatches(
  cluster: Cluster,
  restarts: readonly PlannedRestart[],
  options: BatchOptions,
  progress: Progress,
): Promise<void> {
  for (let start = 0; start < restarts.length; start += options.batchSize) {
    const batch = restarts.slice(start, start + options.batchSize);
    try {
      await Promise.all(batch.map((restart) => triggerRestart(cluster, restart)));
      // All of a batch are waited for, so that the report tells of each.
      const results = await Promise.allSettled(
        batch.map((restart) => waitUntilReady(cluster, restart, options, progress)),
      );
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    } catch (error) {
      const rest = restarts.length - start - batch.length;
      if (!(error instanceof ClusterError) || rest === 0) throw error;
      const others = rest === 1 ? '1 workload was' : `${rest} workloads were`;
      throw new ClusterError(`${error.message}; ${others} left alone`, error.status, { cause: error });
    }
  }
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
  const { reference, kind } = restart;
  const label = labelOf(reference);
  const end = performance.now() + timeoutMs;
  for (;;) {
    const rollout = kind.rollout(await cluster.get(kind.resource, reference.name, reference.namespace));
    if (rollout.state === 'done') return onReady(restart);
    if (rollout.state === 'failed') throw new ClusterError(`${label}: ${rollout.text}`);
    if (performance.now() >= end) {
      throw new ClusterError(`${label}: not ready within ${timeoutMs / 1000} s: ${rollout.text}`);
    }
    progress.show(`Waiting for ${label}: ${rollout.text}`);
    await setTimeout(pollMs);
  }
}
