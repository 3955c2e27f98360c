import { setTimeout } from 'node:timers/promises';
import { type Cluster, withCluster } from '../cluster/cluster.js';
import type { ConnectionOptions, NamespaceOptions } from '../cluster/connection/connection-options.js';
import { byUrgency } from '../cluster/status/attention.js';
import { collectStatus, type StatusScope } from '../cluster/status/collect-status.js';
import { type InjectorInCluster, readInjector, readPresent } from '../cluster/status/present.js';
import { reasonLinks } from '../cluster/status/reason-links.js';
import { StatusOutput, type StatusReport } from '../cluster/status/status-output.js';
import { parseWorkload } from '../cluster/workload-reference.js';
import { ExitCode } from '../exit-code.js';
import { openConfiguration } from '../input/open-configuration.js';
import type { Io } from '../io.js';
import { Progress } from '../output/progress.js';
import { UserError } from '../user-error.js';

/** The options of `status`. */
export interface StatusOptions extends ConnectionOptions, NamespaceOptions {
  readonly config?: string;
  readonly output?: 'wide' | 'json' | 'yaml';
  readonly watch?: true;
  readonly interval: number;
}

/** Shows the workloads of a cluster, what needs attention first. */
export async function status(io: Io, name: string | undefined, options: StatusOptions): Promise<ExitCode> {
  const { allNamespaces, watch, interval } = options;
  if (name !== undefined && allNamespaces) {
    throw new UserError('--all-namespaces: expected no WORKLOAD, which is in one namespace');
  }
  const workload = name === undefined ? undefined : parseWorkload(name);
  const output = new StatusOutput(io, { format: options.output, showsNamespace: allNamespaces === true });
  return withCluster(io, options, async (cluster) => {
    const scope = { namespace: allNamespaces ? undefined : cluster.connection.namespace, workload };
    for (;;) {
      const report = await readStatus(io, cluster, scope, options);
      if (!watch) {
        output.write(report);
        return ExitCode.success;
      }
      output.update(report);
      if (io.stdout.errored) return ExitCode.success; // the reader is gone, as with `| head`
      await setTimeout(interval * 1000);
    }
  });
}

async function readStatus(
  io: Io,
  cluster: Cluster,
  scope: StatusScope,
  { config }: StatusOptions,
): Promise<StatusReport> {
  const progress = new Progress(io);
  try {
    const { notes, ...injector } = await (config === undefined
      ? readInjector(cluster)
      : configuredInjector(io, config));
    const { present, notes: ofPresent } = await readPresent(cluster, injector, scope.namespace);
    const collected = await collectStatus(cluster, present, scope, progress);
    return {
      context: cluster.connection.context,
      injector: {
        name: injector.name,
        version: injector.version,
        configHash: injector.injector?.identity.configHash,
      },
      workloads: collected.workloads.toSorted(byUrgency),
      reasons: reasonLinks(collected.workloads),
      notes: [...notes, ...ofPresent, ...collected.notes],
    };
  } finally {
    progress.clear();
  }
}

/** An injector with the configuration of a file, of which no version is known. */
async function configuredInjector(io: Io, config: string): Promise<InjectorInCluster> {
  const { injector } = await openConfiguration(io, { config });
  return { name: config, injector, version: undefined, knowsHash: true, notes: [] };
}
