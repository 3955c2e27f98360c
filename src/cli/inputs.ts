import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { InputOptions } from './input-options.js';
import type { Io } from './io.js';
import { UserError } from './user-error.js';

/** One file that was read. */
export interface Input {
  /** As messages show it. */
  readonly name: string;
  /** Undefined for the standard input. */
  readonly path: string | undefined;
  readonly text: string;
}

/** All that could be read, and what could not. */
export interface Inputs {
  readonly inputs: readonly Input[];
  readonly problems: readonly string[];
}

const STDIN = '-';

/** Reads the files, each once, in the order given; those of a directory by name. What cannot be read loses none of the others. */
export async function readInputs(
  files: readonly string[],
  { filename = [], recursive }: InputOptions,
  stdin: Io['stdin'],
): Promise<Inputs> {
  const names = [...filename, ...files];
  if (names.length === 0) throw new UserError('expected -f FILE, a directory, or - for the standard input');
  const problems: string[] = [];
  const attempt = async <T>(name: string, read: () => Promise<T>): Promise<T[]> => {
    try {
      return [await read()];
    } catch (error) {
      problems.push(`${name}: ${reasonOf(error as Error)}`);
      return [];
    }
  };
  const paths = new Set<string>();
  for (const name of names) {
    for (const path of (await attempt(name, () => manifestsAt(name, recursive === true))).flat())
      paths.add(path);
  }
  const inputs: Input[] = [];
  for (const path of paths) inputs.push(...(await attempt(path, () => readInput(path, stdin))));
  return { inputs, problems };
}

async function readInput(path: string, stdin: Io['stdin']): Promise<Input> {
  if (path !== STDIN) return { name: path, path, text: decoded(await readFile(path)) };
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(chunk);
  return { name: '<stdin>', path: undefined, text: decoded(Buffer.concat(chunks)) };
}

/** The text of the bytes, which encode to the same bytes again. */
function decoded(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

async function manifestsAt(name: string, recursive: boolean): Promise<string[]> {
  if (name === STDIN || !(await stat(name)).isDirectory()) return [name];
  const entries = await readdir(name, { recursive, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && /\.(?:yaml|yml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function reasonOf({ message, code }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'expected a file or directory, got nothing';
  return code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'expected text in UTF-8' : message;
}
