import { createHash } from 'node:crypto';
import { Injector } from '../core/injector.js';
import type { Settings } from '../core/settings/settings.js';
import { PRODUCT_VERSION } from '../core/version.js';
import type { LoadedConfiguration } from './load.js';

/** One configuration with what follows from it; worked out when the configuration changes, not at every request. */
export interface Snapshot extends LoadedConfiguration {
  /** It works with the configuration, its own namespace being among the excluded ones. */
  readonly injector: Injector;
}

/** `ownNamespace` is where the injector itself runs, undefined outside a cluster. */
export function snapshotOf(loaded: LoadedConfiguration, ownNamespace: string | undefined): Snapshot {
  const { ineligiblePods, allowedOverrides, proxy, init, redirect, pod, excludedNamespaces } =
    loaded.configuration;
  const settings = { ineligiblePods, allowedOverrides, proxy, init, redirect, pod, excludedNamespaces };
  const excluded = ownNamespace === undefined ? excludedNamespaces : [...excludedNamespaces, ownNamespace];
  const identity = { version: PRODUCT_VERSION, configHash: hashOf(settings) };
  return { ...loaded, injector: new Injector({ ...settings, excludedNamespaces: excluded }, identity) };
}

/** The same for the same settings, whatever their order in the file, and wherever it runs: 16 hexadecimal digits. */
function hashOf(settings: Settings): string {
  return createHash('sha256').update(JSON.stringify(settings, sortKeys)).digest('hex').slice(0, 16);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
