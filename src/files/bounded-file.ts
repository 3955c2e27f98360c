import { closeSync, openSync, readSync } from 'node:fs';

/** The most that a Secret or a ConfigMap holds (kubernetes.io/docs/concepts/configuration/configmap), in bytes. */
export const MAX_MOUNTED_BYTES = 1024 * 1024;

/** More than the usual file, and how much more than `maxBytes` may be read. */
const CHUNK_BYTES = 16 * 1024;

/**
 * Reads a file of at most `maxBytes`. Throws the errors of `readFileSync`, and one with the code `EFBIG` for a larger
 * file.
 */
export function readBounded(path: string, maxBytes: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let length = 0; length <= maxBytes; ) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const count = readSync(file, chunk);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
      length += count;
    }
  } finally {
    closeSync(file);
  }
  throw Object.assign(new Error(`larger than ${maxBytes / 1024} KiB`), { code: 'EFBIG' });
}
