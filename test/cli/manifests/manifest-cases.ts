import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mode } from '../../../src/core/settings/settings.js';
import { ROOT } from '../../../tools/checkout.js';

const HERE = join(ROOT, 'test', 'cli', 'manifests');

/** What each of them becomes; rewritten by `npm run update`. */
export const GOLDEN = join(HERE, 'golden');

/** A manifest as people and tools write them. */
export interface ManifestCase {
  readonly name: string;
  readonly text: string;
}

/** The manifests of `cases`, which are found by themselves. */
export function manifestCases(): ManifestCase[] {
  return readdirSync(join(HERE, 'cases')).map((name) => ({
    name,
    text: readFileSync(join(HERE, 'cases', name), 'utf8'),
  }));
}

/** The manifests whose result is kept; that in native mode only where the containers come before others. */
export function hasGolden({ text }: ManifestCase, mode: Mode): boolean {
  return mode === 'container' || /initContainers/.test(text);
}

/** The path of what a manifest becomes. */
export function goldenPath(name: string, mode: Mode): string {
  return join(GOLDEN, mode, name);
}
