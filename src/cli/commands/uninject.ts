import { removalOf } from '../../core/patch/removal.js';
import { ExitCode } from '../exit-code.js';
import type { InputOptions } from '../input/input-options.js';
import { openManifests } from '../input/open-manifests.js';
import type { Io } from '../io.js';
import type { OutputOptions } from '../output/output-options.js';
import { editWorkloads } from './edit-workloads.js';

/** The options of `uninject`. */
export interface UninjectOptions extends InputOptions, OutputOptions {}

/** Takes the proxy out of every workload of the manifests that has one of ours. */
export async function uninject(
  io: Io,
  names: readonly string[],
  options: UninjectOptions,
): Promise<ExitCode> {
  const opened = await openManifests(io, names, options);
  return editWorkloads(io, opened, options, (workload) => {
    const removal = removalOf(workload.pod);
    if (removal === undefined) return UNCHANGED;
    workload.remove(removal);
    return UNINJECTED;
  });
}

const UNINJECTED = {
  outcome: 'uninjected',
  tone: 'good',
  message: 'The proxy was taken out.',
  warnings: [],
  code: ExitCode.done,
} as const;

const UNCHANGED = {
  outcome: 'unchanged',
  tone: 'notice',
  message: 'There is no proxy in it that the injector put there.',
  warnings: [],
  code: ExitCode.done,
} as const;
