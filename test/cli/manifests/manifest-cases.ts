import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mode } from '../../../src/core/settings/settings.js';
import { ROOT } from '../../../tools/checkout.js';
import type { SettingsChange } from '../../support/core-cases.js';

const HERE = join(ROOT, 'test', 'cli', 'manifests');

/** The injected cases. `npm run update` rewrites them. */
export const GOLDEN = join(HERE, 'golden');

/** A manifest as a person or a tool wrote it. */
export interface ManifestCase {
  readonly name: string;
  readonly text: string;
  /** Settings besides the mode. */
  readonly settings: SettingsChange;
}

const SETTINGS: { readonly [name: string]: SettingsChange } = {
  'service-accounts.yaml': { pod: { imagePullSecrets: [{ name: 'registry' }] } },
};

/** All manifests in `cases`. */
export function manifestCases(): ManifestCase[] {
  return readdirSync(join(HERE, 'cases')).map((name) => ({
    name,
    text: readFileSync(join(HERE, 'cases', name), 'utf8'),
    settings: SETTINGS[name] ?? {},
  }));
}

/** True if a golden file exists: always in container mode, in native mode only for manifests with init containers. */
export function hasGolden({ text }: ManifestCase, mode: Mode): boolean {
  return mode === 'container' || /initContainers/.test(text);
}

/** The path of a golden file. */
export function goldenPath(name: string, mode: Mode): string {
  return join(GOLDEN, mode, name);
}
