import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, chown, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** What comes of an attempt to put another file in the place of one that may well be written to. */
const IRREPLACEABLE = ['EACCES', 'EPERM', 'EBUSY'];

/**
 * Writes a file so that nobody ever reads a part of it, and so that a failure leaves the old one. Mode and owner stay, and a symlink
 * stays one. What is no regular file, such as `/dev/stdout`, or cannot be replaced where it is, is written to directly.
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const before = await stat(path).catch(() => undefined);
  if (before !== undefined && !before.isFile()) return writeFile(path, text);
  const target = await targetOf(path);
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { mode: before?.mode ?? 0o666 });
    if (before !== undefined) await makeLike(temporary, before);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    const { code = '' } = error as NodeJS.ErrnoException;
    if (before === undefined || !IRREPLACEABLE.includes(code)) throw error;
    await writeFile(target, text);
  }
}

/** Where symlinks lead, be there a file or not. */
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const link = await readlink(path).catch(() => undefined);
    return link === undefined ? path : targetOf(resolve(await realpath(dirname(path)), link));
  }
}

/** The owner, if this user may give files away, and then the mode: a change of owner takes bits of it. */
async function makeLike(path: string, { mode, uid, gid }: Stats): Promise<void> {
  await chown(path, uid, gid).catch(() => {});
  await chmod(path, mode);
}
