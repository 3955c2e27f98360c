import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../checkout.js';
import { sectionOf } from '../changelog.js';
import { writeChart } from './chart/chart-package.js';
import { checksumsOf } from './checksums.js';
import { writeKrewManifest } from './krew.js';
import { releaseNotes } from './notes.js';
import { writeNpmPackage } from './npm/npm-package.js';
import type { Release } from './release.js';

/** What a release has besides the images: paths of files. */
export interface Artifacts {
  readonly chart: string;
  readonly npmPackage: string;
  readonly krewManifest: string;
  readonly checksums: string;
  readonly notes: string;
}

/** How artifacts are made. */
export interface ArtifactOptions {
  /** A binary of Helm 4, which keeps the times of files. */
  readonly helm?: string;
  /** More files of the release, such as the SBOMs of the images, for the checksums. */
  readonly files?: readonly string[];
}

/**
 * Makes the chart, the npm package, the manifest for Krew, the checksums of all files, and the release notes in a
 * folder, from `dist` and the checkout. Removes those of an earlier run first. Needs no network.
 */
export function writeArtifacts(
  release: Release,
  folder: string,
  { helm = join(ROOT, '.tools', 'bin', 'helm'), files = [] }: ArtifactOptions = {},
): Artifacts {
  const chart = writeChart(release, emptied(join(folder, 'chart')), helm);
  const npmPackage = writeNpmPackage(emptied(join(folder, 'npm')));
  const krewManifest = writeKrewManifest(release.version, npmPackage, emptied(join(folder, 'krew')));
  const checksums = join(folder, 'checksums.txt');
  writeFileSync(checksums, checksumsOf([chart, npmPackage, krewManifest, ...files]));
  const notes = join(folder, 'notes.md');
  const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
  writeFileSync(notes, releaseNotes(release, sectionOf(changelog, release.version)));
  return { chart, npmPackage, krewManifest, checksums, notes };
}

function emptied(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
