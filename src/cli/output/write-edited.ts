import type { Input } from '../input/read-inputs.js';
import { type Io, painter } from '../io.js';
import { writeAtomically } from './atomic-file.js';
import { joinDocuments } from './join-documents.js';
import type { OutputOptions } from './output-options.js';
import type { DocumentDiff } from './unified-diff.js';

/** An input file and its documents before and after the edits. */
export interface EditedFile {
  readonly input: Input;
  readonly documents: readonly DocumentDiff[];
}

/** Writes the results as the options say. Returns an error message for each file that could not be written. */
export async function writeResults(
  { stdout }: Io,
  results: readonly EditedFile[],
  { output, inPlace, diff }: OutputOptions,
): Promise<string[]> {
  if (inPlace) return writeInPlace(results);
  if (diff) return writeDiff(stdout, results);
  return writeText({ stdout }, output, joinDocuments(results.map(textOf)));
}

/** Writes a text to a file, or to stdout. Returns an error message if the file could not be written. */
export async function writeText(
  { stdout }: Pick<Io, 'stdout'>,
  output: string | undefined,
  text: string,
): Promise<string[]> {
  if (output !== undefined && output !== '-') return write(output, text);
  stdout.write(text);
  return [];
}

async function writeInPlace(results: readonly EditedFile[]): Promise<string[]> {
  const errors: string[] = [];
  for (const result of results) {
    const { path, text } = result.input;
    const after = textOf(result);
    if (path !== undefined && after !== text) errors.push(...(await write(path, after)));
  }
  return errors;
}

async function write(path: string, text: string): Promise<string[]> {
  try {
    await writeAtomically(path, text);
    return [];
  } catch (error) {
    return [`${path}: expected a writable file: ${withoutPaths((error as Error).message)}`];
  }
}

/** What Node puts after the cause names the temporary file, which the user has not asked for. */
function withoutPaths(message: string): string {
  return message.replace(/, \w+ '.*$/s, '');
}

async function writeDiff(stdout: Io['stdout'], results: readonly EditedFile[]): Promise<string[]> {
  const { paintDiff, unifiedDiff } = await import('./unified-diff.js');
  for (const { input, documents } of results) {
    stdout.write(paintDiff(unifiedDiff(input.name, documents), painter(stdout)));
  }
  return [];
}

function textOf({ documents }: EditedFile): string {
  return documents.map(({ after }) => after).join('');
}
