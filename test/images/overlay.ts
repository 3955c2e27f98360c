import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Image } from '../support/containers/image.js';

/** The root file system of a container: the image, and an overlay that records what the container writes. */
export class Overlay {
  readonly rootfs: string;
  readonly #directory = mkdtempSync(join(tmpdir(), 'overlay-'));
  readonly #upper = join(this.#directory, 'upper');

  constructor(image: Image) {
    this.rootfs = join(this.#directory, 'merged');
    const work = join(this.#directory, 'work');
    for (const directory of [this.#upper, work, this.rootfs]) mkdirSync(directory);
    chmodSync(this.#upper, 0o755);
    const options = `lowerdir=${image.rootfs},upperdir=${this.#upper},workdir=${work}`;
    execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', options, this.rootfs]);
  }

  /** The files that were written, without the directories that serve as mount points. */
  get written(): string[] {
    const entries = readdirSync(this.#upper, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.#upper.length));
  }

  remove(): void {
    execFileSync('umount', [this.rootfs]);
    rmSync(this.#directory, { recursive: true });
  }
}
