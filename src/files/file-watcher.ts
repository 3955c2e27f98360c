import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { MAX_MOUNTED_BYTES, readBounded } from './bounded-file.js';

export interface FileWatchOptions {
  /** How long to wait after the last event before reading the files, in milliseconds. */
  readonly debounceMs?: number;
  /** How often to read the files without any event, in milliseconds: for file systems that report no events. */
  readonly recheckMs?: number;
  /** Called once if the system refuses to watch (ENOSPC, EMFILE, ...). Rechecking works without watches. */
  readonly onError?: (error: NodeJS.ErrnoException) => void;
}

export interface FileWatch {
  close(): void;
}

/**
 * Calls `onChange` when the content of a file changes, or a file appears or disappears. Only changes after the call are
 * reported, so start watching before you first read the files, or read them again afterwards.
 *
 * Watches the directories of the files, because a mounted Secret or ConfigMap holds symlinks through `..data`, which
 * the kubelet replaces by a rename (k8s.io/kubernetes/pkg/volume/util/atomic_writer.go); a watch on a file would keep
 * watching the old one. Likewise, a watch on a directory does not notice that another directory took its place, so
 * every recheck renews the watches. Does not keep the process alive.
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

/** One hash over all files. For a file that cannot be read, or is too large to be mounted, its error code is hashed. */
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
    return readBounded(path, MAX_MOUNTED_BYTES);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? '';
  }
}

function isMissing({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR';
}
