import { Option } from 'commander';
import type { CliCommand } from '../command.js';
import { STDIN } from '../input/read-inputs.js';
import { UserError } from '../user-error.js';

/** Where edited manifests go; by default to stdout. */
export interface OutputOptions {
  readonly output?: string;
  readonly inPlace?: true;
  readonly diff?: true;
}

/** Throws a `UserError` if stdin would have to be edited in place; before anyone waits for it. */
export function checkOutput({ inPlace }: OutputOptions, names: readonly string[]): void {
  if (!inPlace || !names.includes(STDIN)) return;
  throw new UserError('--in-place: expected files, got - (stdin); leave out --in-place to write to stdout');
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
