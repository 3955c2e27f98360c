import { writeAtomically } from './atomic-file.js';
import { combined } from './combined.js';
import type { Input } from './inputs.js';
import { type Io, painter } from './io.js';
import type { OutputOptions } from './output-options.js';
import type { Change } from './unified-diff.js';

/** A file after the work: its documents before and after. */
export interface Result {
  readonly input: Input;
  readonly documents: readonly Change[];
}

/** Puts the results where the options say. Rejects where that cannot be written. */
export async function writeResults(
  { stdout }: Io,
  results: readonly Result[],
  { output, inPlace, diff }: OutputOptions,
): Promise<void> {
  if (inPlace) return writeInPlace(results);
  if (diff) return writeDiff(stdout, results);
  const text = combined(results.map(textOf));
  if (output === undefined || output === '-') stdout.write(text);
  else await writeAtomically(output, text);
}

async function writeInPlace(results: readonly Result[]): Promise<void> {
  for (const result of results) {
    const { input } = result;
    const text = textOf(result);
    if (input.path !== undefined && text !== input.text) await writeAtomically(input.path, text);
  }
}

async function writeDiff(stdout: Io['stdout'], results: readonly Result[]): Promise<void> {
  const { painted, unifiedDiff } = await import('./unified-diff.js');
  for (const { input, documents } of results) {
    stdout.write(painted(unifiedDiff(input.name, documents), painter(stdout)));
  }
}

function textOf({ documents }: Result): string {
  return documents.map(({ after }) => after).join('');
}
