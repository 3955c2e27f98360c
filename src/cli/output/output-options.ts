import { Option } from 'commander';
import type { CliCommand } from '../command.js';

/** Where changed manifests go: to the standard output if nothing is said. */
export interface OutputOptions {
  readonly output?: string;
  readonly inPlace?: true;
  readonly diff?: true;
}

/** Adds `-o`, `-i` and `--diff`, of which one can be given. */
export function withOutput(command: CliCommand): CliCommand {
  return command
    .option('-o, --output <FILE>', 'Write to this file instead of the standard output.')
    .addOption(
      new Option('-i, --in-place', 'Write each changed file back to where it was read from.').conflicts(
        'output',
      ),
    )
    .addOption(
      new Option('--diff', 'Show what would change, and write nothing.').conflicts(['output', 'inPlace']),
    );
}
