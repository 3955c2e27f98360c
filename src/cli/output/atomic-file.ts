import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, chown, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Errors of an attempt to replace a file that may still be writable itself. */
const REPLACE_ERRORS = ['EACCES', 'EPERM', 'EBUSY'];

/**
 * Replaces a file atomically: readers never see a partial file, and a failure leaves the old one. Keeps mode, owner,
 * and symlinks. Writes directly to what is not a regular file, such as `/dev/stdout`, or cannot be replaced.
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const before = await stat(path).catch(() => undefined);
  if (before !== undefined && !before.isFile()) return writeFile(path, text);
  const target = await resolveSymlinks(path);
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { mode: before?.mode ?? 0o666 });
    if (before !== undefined) await copyOwnerAndMode(temporary, before);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    const { code = '' } = error as NodeJS.ErrnoException;
    if (before === undefined || !REPLACE_ERRORS.includes(code)) throw error;
    await writeFile(target, text);
  }
}

/** The path that symlinks lead to, whether or not a file exists there. */
async function resolveSymlinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const link = await readlink(path).catch(() => undefined);
    return link === undefined ? path : resolveSymlinks(resolve(await realpath(dirname(path)), link));
  }
}

/** Sets the owner, if this user may, and then the mode: chown clears its setuid and setgid bits. */
async function copyOwnerAndMode(path: string, { mode, uid, gid }: Stats): Promise<void> {
  await chown(path, uid, gid).catch(() => {});
  await chmod(path, mode);
}
