import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';
import type { Target } from '../../tools/release/images/images.js';
import { Layout } from '../../tools/release/images/layout.js';

/** The platforms of every image: the architecture, as Go names it, and what its ELF files name. */
export const ARCHITECTURES = {
  amd64: { machine: 'Advanced Micro Devices X86-64', loader: '/lib64/ld-linux-x86-64.so.2' },
  arm64: { machine: 'AArch64', loader: '/lib/ld-linux-aarch64.so.1' },
} as const;

/** The folder of `npm run release:dry`, if it runs the suite. */
export const RELEASE = process.env.RELEASE_DIRECTORY;

/** What a release publishes of a target. Without a release, what `npm run tools` builds. */
export function published(target: Target): Layout {
  return new Layout(RELEASE ? join(RELEASE, 'images', target) : join(ROOT, '.tools', target, 'image'));
}

/** Unpacks a layout for an architecture into a temporary directory, and returns the directory. */
export function unpack({ directory }: Layout, architecture: string): string {
  const rootfs = mkdtempSync(join(tmpdir(), 'rootfs-'));
  execFileSync(join(ROOT, 'tools', 'release', 'images', 'unpack.sh'), [directory, architecture, rootfs]);
  return rootfs;
}

/** The file capabilities below a directory, as getcap(8) prints them, by path. */
export function capabilities(rootfs: string): { [path: string]: string } {
  const lines = execFileSync('getcap', ['-r', rootfs], { encoding: 'utf8' }).trim().split('\n');
  return Object.fromEntries(
    lines
      .filter((line) => line !== '')
      .map((line) => line.slice(rootfs.length).split(' ') as [string, string]),
  );
}
