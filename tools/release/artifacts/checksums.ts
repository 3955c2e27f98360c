import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * The SHA-256 checksums of files in the format of `sha256sum`, by their names without folders: the files of a release
 * are downloaded into one. Throws if two have the same name.
 */
export function checksumsOf(files: readonly string[]): string {
  const lines = files.map((file) => [basename(file), sha256Of(file)] as const).sort();
  const twice = lines.find(([name], index) => lines[index + 1]?.[0] === name);
  if (twice) throw new Error(`expected files with different names, got two ${twice[0]}`);
  return lines.map(([name, sha256]) => `${sha256}  ${name}\n`).join('');
}

/** The SHA-256 checksum of a file, in hexadecimal. */
export function sha256Of(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
