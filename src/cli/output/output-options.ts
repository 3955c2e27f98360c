import { Option } from 'commander';
import type { CliCommand } from '../command.js';

/** Where edited manifests go; by default to stdout. */
export interface OutputOptions {
  readonly output?: string;
  readonly inPlace?: true;
  readonly diff?: true;
}

/** Adds `-o`, `-i`, and `--diff`, which exclude each other. */
export function withOutput(command: CliCommand): CliCommand {
  return command
    .option('-o, --output <FILE>', 'Write to this file instead of stdout.')
    .addOption(new Option('-i, --in-place', 'Write changed files back in place.').conflicts('output'))
    .addOption(
      new Option('--diff', 'Print a unified diff and write no files.').conflicts(['output', 'inPlace']),
    );
}
