import { removalOf } from '../../core/patch/removal.js';
import type { WorkloadKind } from '../../core/values/workload-kind.js';
import type { FromClusterOptions } from '../cluster/connection/connection-options.js';
import { ExitCode } from '../exit-code.js';
import type { ContextOptions, InputOptions } from '../input/input-options.js';
import { loadCliConfiguration, openConfiguration } from '../input/open-configuration.js';
import { openManifests } from '../input/open-manifests.js';
import type { Io } from '../io.js';
import { checkOutput, type OutputOptions } from '../output/output-options.js';
import { editWorkloads } from './edit-workloads.js';

/** The options of `uninject`. */
export interface UninjectOptions
  extends InputOptions,
    OutputOptions,
    Pick<ContextOptions, 'config'>,
    FromClusterOptions {}

/** Removes the proxy from every workload that the injector injected. Reads no configuration unless the options do. */
export async function uninject(
  io: Io,
  names: readonly string[],
  options: UninjectOptions,
): Promise<ExitCode> {
  checkOutput(options, [...(options.filename ?? []), ...names]);
  const opened = await openManifests(io, names, options, await kindsIn(io, options));
  return editWorkloads(io, opened, options, (workload) => {
    const removal = removalOf(workload.pod);
    if (removal === undefined) return UNCHANGED;
    workload.remove(removal);
    return removal.hasProxy
      ? UNINJECTED
      : { ...UNINJECTED, message: 'The record of why it was skipped was removed.' };
  });
}

async function kindsIn(io: Io, options: UninjectOptions): Promise<readonly WorkloadKind[]> {
  const { config, fromCluster } = options;
  if (fromCluster) return (await openConfiguration(io, options)).configuration.manifests.kinds;
  return config === undefined ? [] : loadCliConfiguration({}, { config }).configuration.manifests.kinds;
}

const UNINJECTED = {
  outcome: 'uninjected',
  tone: 'good',
  message: 'The proxy was removed.',
  warnings: [],
  code: ExitCode.success,
} as const;

const UNCHANGED = {
  outcome: 'unchanged',
  tone: 'notice',
  message: 'No injected proxy found.',
  warnings: [],
  code: ExitCode.success,
} as const;
