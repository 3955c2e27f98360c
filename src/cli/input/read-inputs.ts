import { constants } from 'node:buffer';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Io } from '../io.js';
import { UserError } from '../user-error.js';
import type { InputOptions } from './input-options.js';

/** The text of one input file. */
export interface Input {
  /** The name in messages: a path, or `<stdin>`. */
  readonly name: string;
  /** Undefined for stdin. */
  readonly path: string | undefined;
  readonly text: string;
}

/** The inputs that could be read, and an error message for each of the others. */
export interface Inputs {
  readonly inputs: readonly Input[];
  readonly errors: readonly string[];
}

/** The name that stands for stdin. */
export const STDIN = '-';

/** Reads something; on failure, records an error and returns an empty list. */
type Attempt = <T>(name: string, read: () => Promise<T>) => Promise<T[]>;

/**
 * Reads the files in the order given, and those of a directory by name. A file that is named several times is read
 * once. An unreadable file does not affect the others.
 */
export async function readInputs(
  files: readonly string[],
  { filename = [], recursive }: InputOptions,
  stdin: Io['stdin'],
): Promise<Inputs> {
  const names = [...filename, ...files];
  if (names.length === 0)
    throw new UserError('FILE: expected a file, a directory, or - for stdin, got nothing');
  const errors: string[] = [];
  const attempt: Attempt = async (name, read) => {
    try {
      return [await read()];
    } catch (error) {
      errors.push(`${name}: ${failureText(error as Error)}`);
      return [];
    }
  };
  const paths = new Map<string, string>();
  for (const name of names) {
    for (const path of await manifestsAt(name, recursive === true, attempt)) {
      const file = await realpath(path).catch(() => path);
      if (!paths.has(file)) paths.set(file, path);
    }
  }
  const inputs: Input[] = [];
  for (const path of paths.values()) inputs.push(...(await attempt(path, () => readInput(path, stdin))));
  return { inputs, errors };
}

async function readInput(path: string, stdin: Io['stdin']): Promise<Input> {
  if (path !== STDIN) {
    checkSize((await stat(path)).size);
    return { name: path, path, text: decoded(await readFile(path)) };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    size += chunk.length;
    checkSize(size);
    chunks.push(chunk);
  }
  return { name: '<stdin>', path: undefined, text: decoded(Buffer.concat(chunks)) };
}

/** Node holds no longer text. */
function checkSize(bytes: number): void {
  if (bytes > constants.MAX_STRING_LENGTH) throw new Error('expected at most 512 MiB, got more');
}

/** Decodes UTF-8 losslessly: the text encodes to the same bytes. */
function decoded(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

async function manifestsAt(name: string, recursive: boolean, attempt: Attempt): Promise<string[]> {
  if (name === STDIN) return [name];
  const [stats] = await attempt(name, () => stat(name));
  if (stats === undefined) return [];
  return stats.isDirectory() ? (await manifestsIn(name, recursive, attempt)).sort() : [name];
}

async function manifestsIn(directory: string, recursive: boolean, attempt: Attempt): Promise<string[]> {
  const paths: string[] = [];
  const entries = await attempt(directory, () => readdir(directory, { withFileTypes: true }));
  for (const entry of entries.flat()) {
    const path = join(directory, entry.name);
    if (!entry.isDirectory() && /\.(?:yaml|yml|json)$/.test(entry.name)) paths.push(path);
    if (entry.isDirectory() && recursive) paths.push(...(await manifestsIn(path, recursive, attempt)));
  }
  return paths;
}

function failureText({ message, code }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'no such file or directory';
  return code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'expected UTF-8 text' : message;
}
