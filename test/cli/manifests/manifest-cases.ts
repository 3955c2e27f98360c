import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../tools/checkout.js';
import type { SettingsChange } from '../../support/core-cases.js';

const HERE = join(ROOT, 'test', 'cli', 'manifests');

/** The injected cases. `npm run update` rewrites them. */
export const GOLDEN = join(HERE, 'golden');

/** Where the proxy goes, and the settings for it. */
export const PLACES = {
  container: { mode: 'container' },
  native: { mode: 'native' },
  first: {
    mode: 'container',
    holdApplication: 'enabled',
    container: { lifecycle: { postStart: { exec: { command: ['wait'] } } } },
  },
} as const;

export type Place = keyof typeof PLACES;

/** A manifest as a person or a tool wrote it. */
export interface ManifestCase {
  readonly name: string;
  readonly text: string;
  /** Settings besides the place of the proxy. */
  readonly settings: SettingsChange;
}

const SETTINGS: { readonly [name: string]: SettingsChange } = {
  'direct-probes.json': { redirect: { probes: 'direct' } },
  'direct-probes.yaml': { redirect: { probes: 'direct' } },
  'pod-resources.yaml': {
    proxy: { podResources: 'grow', container: { resources: { requests: { cpu: '50m', memory: '64Mi' } } } },
  },
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

/** True if a golden file exists: always in container mode, for other places only for manifests with init containers. */
export function hasGolden({ text }: ManifestCase, place: Place): boolean {
  return place === 'container' || /initContainers/.test(text);
}

/** The path of a golden file. */
export function goldenPath(name: string, place: Place): string {
  return join(GOLDEN, place, name);
}
