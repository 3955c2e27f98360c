import { type Cluster, withCluster } from '../cluster/cluster.js';
import type { ConnectionOptions, NamespaceOptions } from '../cluster/connection/connection-options.js';
import { restartInBatches } from '../cluster/restart/restart-batches.js';
import {
  labelOf,
  type PlannedRestart,
  planRestart,
  planRestarts,
  type RestartPlan,
  requirePlan,
} from '../cluster/restart/restart-plan.js';
import { RESTARTABLE } from '../cluster/restart/restartable.js';
import { collectStatus } from '../cluster/status/collect-status.js';
import { readInjector, readPresent } from '../cluster/status/present.js';
import type { WorkloadStatus } from '../cluster/status/workload-status.js';
import { parseWorkload } from '../cluster/workload-reference.js';
import { ClusterError } from '../cluster-error.js';
import { ExitCode } from '../exit-code.js';
import type { Io } from '../io.js';
import { confirm } from '../output/confirm.js';
import { Progress } from '../output/progress.js';
import { writeWarning } from '../output/report.js';
import { UserError } from '../user-error.js';

/** The options of `restart`. */
export interface RestartOptions extends ConnectionOptions, NamespaceOptions {
  readonly stale?: true;
  readonly neverAsked?: true;
  readonly batchSize: number;
  /** In milliseconds. */
  readonly timeout: number;
  readonly dryRun?: true;
  readonly yes?: true;
}

/** Restarts workloads in batches. */
export async function restart(io: Io, name: string | undefined, options: RestartOptions): Promise<ExitCode> {
  const isByState = Boolean(options.stale || options.neverAsked);
  if ((name === undefined) !== isByState) {
    const given = name === undefined ? 'neither' : 'both';
    throw new UserError(`WORKLOAD: expected a workload, or --stale or --never-asked, got ${given}`);
  }
  if (name !== undefined && options.allNamespaces) {
    throw new UserError('--all-namespaces: expected no WORKLOAD, which is in one namespace');
  }
  const progress = new Progress(io);
  return withCluster(io, options, async (cluster) => {
    const { restarts, obstacles } =
      name === undefined
        ? await planByState(io, cluster, options, progress)
        : await planByName(cluster, name);
    for (const obstacle of obstacles) writeWarning(io.stderr, obstacle);
    if (restarts.length === 0) {
      io.stderr.write('Nothing to restart.\n');
      return ExitCode.success;
    }
    if (options.dryRun) {
      for (const each of restarts) io.stdout.write(`${described(each)} (dry run)\n`);
      return ExitCode.success;
    }
    if (!options.yes && !(await isConfirmed(io, restarts))) return ExitCode.failed;
    await restartInBatches(
      cluster,
      restarts,
      {
        batchSize: options.batchSize,
        timeoutMs: options.timeout,
        onReady: async (each) => {
          if (isByState) await requireCurrent(cluster, each, options);
          progress.clear();
          io.stdout.write(`${labelOf(each.reference)}: restarted\n`);
        },
      },
      progress,
    ).finally(() => progress.clear());
    return ExitCode.success;
  });
}

async function isConfirmed(io: Io, restarts: readonly PlannedRestart[]): Promise<boolean> {
  if (io.stdin.isTTY) for (const each of restarts) io.stderr.write(`${described(each)}\n`);
  return confirm(io, restarts.length === 1 ? 'Restart it?' : `Restart these ${restarts.length} workloads?`);
}

function described({ reference, why }: PlannedRestart): string {
  return why === undefined ? labelOf(reference) : `${labelOf(reference)}: ${why}`;
}

async function planByName(cluster: Cluster, name: string): Promise<RestartPlan> {
  const { resource, name: object } = parseWorkload(
    name,
    RESTARTABLE.map((each) => each.resource),
  );
  const reference = { namespace: cluster.connection.namespace, kind: resource.kind, name: object };
  return { restarts: [requirePlan(await planRestart(cluster, reference))], obstacles: [] };
}

async function planByState(
  io: Io,
  cluster: Cluster,
  options: RestartOptions,
  progress: Progress,
): Promise<RestartPlan> {
  const namespace = options.allNamespaces ? undefined : cluster.connection.namespace;
  const { notes, ...injector } = await readInjector(cluster);
  if (injector.injector === undefined) throw new ClusterError(notes.join('; '));
  const read = await readPresent(cluster, injector, namespace);
  const collected = await collectStatus(cluster, read.present, { namespace }, progress);
  progress.clear();
  for (const note of [...notes, ...read.notes, ...collected.notes]) writeWarning(io.stderr, note);
  return planRestarts(
    cluster,
    collected.workloads.filter((workload) => isWanted(workload, options)),
  );
}

function isWanted({ stale, neverAsked }: WorkloadStatus, options: RestartOptions): boolean {
  return Boolean((options.stale && stale.pods > 0) || (options.neverAsked && neverAsked.injected));
}

/** Fails if the new Pods are stale, too: the kubelet takes a minute to update the file of a running injector. */
async function requireCurrent(
  cluster: Cluster,
  { reference, kind }: PlannedRestart,
  options: RestartOptions,
): Promise<void> {
  const { namespace, name } = reference;
  const { present } = await readPresent(cluster, await readInjector(cluster), namespace);
  const scope = { namespace, workload: { resource: kind.resource, name } };
  const { workloads } = await collectStatus(cluster, present, scope, QUIET);
  const [workload] = workloads;
  if (workload === undefined || !isWanted(workload, options)) return;
  const differences = Object.keys(workload.stale.differences).join(', ') || 'no record';
  const why = `still stale after the restart: ${differences}`;
  throw new ClusterError(`${labelOf(reference)}: ${why}; has the injector loaded the new configuration yet?`);
}

/** Progress that is not shown. */
const QUIET = new Progress({ stderr: process.stderr }, true);
