import { createHash } from 'node:crypto';
import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

export interface FileWatchOptions {
  /** How long the files have to be quiet before they are looked at, in milliseconds. */
  readonly debounceMs?: number;
  /** How often they are looked at without any event, in milliseconds: for file systems that tell nothing. */
  readonly recheckMs?: number;
  /** Told once if the system refuses to watch (ENOSPC, EMFILE ...); the re-check works without. */
  readonly onError?: (error: NodeJS.ErrnoException) => void;
}

export interface FileWatch {
  close(): void;
}

/**
 * Calls `onChange` when the content of any of the files has become another one, a file that comes or goes included. Start it
 * before you read the files for the first time, or read them once more after: only what changes from now on is told.
 *
 * It watches their directories, because a mounted Secret or ConfigMap holds symlinks through `..data`, which the kubelet
 * replaces by a rename (k8s.io/kubernetes/pkg/volume/util/atomic_writer.go); a watch on the file would stay with the old one.
 * A watch also stays with a directory that was deleted or moved, so that every re-check sets the watches anew.
 * It does not keep the process alive.
 */
export function watchFiles(
  paths: readonly string[],
  onChange: () => void,
  { debounceMs = 100, recheckMs = 10_000, onError }: FileWatchOptions = {},
): FileWatch {
  const directories = new Set(paths.map((path) => dirname(resolve(path))));
  const watchers = new Map<string, FSWatcher>();
  let debounce: NodeJS.Timeout | undefined;
  let failed = false;

  const disarm = (directory: string) => {
    watchers.get(directory)?.close();
    watchers.delete(directory);
  };
  const fail = (directory: string, error: NodeJS.ErrnoException) => {
    disarm(directory);
    if (failed || isMissing(error)) return;
    failed = true;
    onError?.(error);
  };
  const arm = (directory: string) => {
    if (watchers.has(directory)) return;
    try {
      const watcher = watch(directory, { persistent: false }, (_event, name) => {
        if (name === null || name === basename(directory)) disarm(directory);
        clearTimeout(debounce);
        debounce = setTimeout(check, debounceMs).unref();
      });
      watchers.set(
        directory,
        watcher.on('error', (error) => fail(directory, error)),
      );
    } catch (error) {
      fail(directory, error as NodeJS.ErrnoException);
    }
  };
  const check = () => {
    directories.forEach(arm);
    const digest = digestOf(paths);
    if (digest === known) return;
    known = digest;
    onChange();
  };
  const recheck = () => {
    directories.forEach(disarm);
    check();
  };

  directories.forEach(arm);
  let known = digestOf(paths);
  const interval = setInterval(recheck, recheckMs).unref();
  return {
    close() {
      clearInterval(interval);
      clearTimeout(debounce);
      directories.forEach(disarm);
    },
  };
}

/** One hash over all the files; a file that cannot be read counts as the code of its error. */
function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    const content = contentOf(path);
    hash.update(`${typeof content}:${content.length}:`).update(content);
  }
  return hash.digest('hex');
}

function contentOf(path: string): Buffer | string {
  try {
    return readFileSync(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? '';
  }
}

function isMissing({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR';
}
