import { readFileSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { asList, asObject, isObject, type JsonObject } from '../../../core/values/json.js';
import { UserError } from '../../user-error.js';

/** The kubeconfig files merged into one, with absolute paths: kubernetes.io/docs/concepts/configuration. */
export interface Kubeconfig {
  /** The files that were read. */
  readonly files: readonly string[];
  readonly currentContext: string | undefined;
  readonly contexts: ReadonlyMap<string, JsonObject>;
  readonly clusters: ReadonlyMap<string, JsonObject>;
  readonly users: ReadonlyMap<string, JsonObject>;
}

/** The fields that are paths relative to the directory of their file. */
const CLUSTER_PATHS = ['certificate-authority'];
const USER_PATHS = ['client-certificate', 'client-key', 'tokenFile'];

/**
 * Reads the files that kubectl reads: `--kubeconfig`, or the existing ones of `KUBECONFIG`, or `~/.kube/config`. The
 * first file that has a name wins. Throws a `UserError` if a file is invalid, or if `--kubeconfig` does not exist.
 */
export function readKubeconfig(env: NodeJS.ProcessEnv, option: string | undefined): Kubeconfig {
  const files = option === undefined ? defaultFiles(env) : [option];
  const read = files.flatMap((file) => readFile(file, option !== undefined));
  return {
    files: read.map(({ file }) => file),
    currentContext: read.map(({ content }) => content['current-context']).find(isName),
    contexts: merged(read, 'contexts', 'context', (context) => context),
    clusters: merged(read, 'clusters', 'cluster', (cluster, from) => withPaths(cluster, CLUSTER_PATHS, from)),
    users: merged(read, 'users', 'user', userFrom),
  };
}

interface ReadFile {
  readonly file: string;
  readonly content: JsonObject;
}

function defaultFiles({ KUBECONFIG, HOME, USERPROFILE }: NodeJS.ProcessEnv): string[] {
  const named = (KUBECONFIG ?? '').split(delimiter).filter(Boolean);
  if (named.length > 0) return [...new Set(named)];
  const home = HOME || USERPROFILE;
  return home ? [join(home, '.kube', 'config')] : [];
}

function readFile(file: string, mustExist: boolean): ReadFile[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !mustExist) return [];
    throw new UserError(`${file}: expected a kubeconfig: ${code === 'ENOENT' ? 'no such file' : message}`);
  }
  try {
    const content: unknown = parse(text) ?? {};
    if (isObject(content)) return [{ file, content }];
  } catch (error) {
    const [line] = (error as Error).message.split('\n');
    throw new UserError(`${file}: expected a kubeconfig: ${line}`);
  }
  throw new UserError(`${file}: expected a kubeconfig, got no map`);
}

/** The entries of a list by their names. */
function merged(
  files: readonly ReadFile[],
  list: string,
  field: string,
  convert: (value: JsonObject, directory: string) => JsonObject,
): Map<string, JsonObject> {
  const entries = new Map<string, JsonObject>();
  for (const { file, content } of files) {
    for (const entry of asList(content[list]).map(asObject)) {
      const { name, [field]: value } = entry;
      if (isName(name) && !entries.has(name)) {
        entries.set(name, convert(asObject(value), dirname(resolve(file))));
      }
    }
  }
  return entries;
}

/** A plugin is found on PATH unless its command names a directory. */
function userFrom(user: JsonObject, directory: string): JsonObject {
  const { exec } = user;
  const withFiles = withPaths(user, USER_PATHS, directory);
  if (!isObject(exec) || !/[/\\]/.test(String(exec.command))) return withFiles;
  return { ...withFiles, exec: withPaths(exec, ['command'], directory) };
}

function withPaths(value: JsonObject, fields: readonly string[], directory: string): JsonObject {
  const paths = fields.flatMap((field) => {
    const path = value[field];
    return isName(path) && !isAbsolute(path) ? [[field, join(directory, path)]] : [];
  });
  return { ...value, ...Object.fromEntries(paths) };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
