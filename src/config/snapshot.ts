import { createHash } from 'node:crypto';
import { Injector } from '../core/injector.js';
import { SYSTEM_NAMESPACES } from '../core/settings/settings.js';
import { PRODUCT_VERSION } from '../core/version.js';
import type { LoadedConfiguration } from './load.js';

/** A configuration and what derives from it. Created when the configuration changes, not per request. */
export interface Snapshot extends LoadedConfiguration {
  /** Decides and patches with this configuration. The system namespaces and its own are excluded. */
  readonly injector: Injector;
}

/** `ownNamespace` is the namespace that the injector runs in; undefined outside a cluster. */
export function snapshotOf(loaded: LoadedConfiguration, ownNamespace: string | undefined): Snapshot {
  const { ineligiblePods, excludedNamespaces, allowedOverrides, foreignProxies, proxy, init, redirect, pod } =
    loaded.configuration;
  const settings = {
    ineligiblePods,
    excludedNamespaces,
    allowedOverrides,
    foreignProxies,
    proxy,
    init,
    redirect,
    pod,
  };
  const own = ownNamespace === undefined ? [] : [ownNamespace];
  const excluded = [...new Set([...SYSTEM_NAMESPACES, ...excludedNamespaces, ...own])];
  const identity = { version: PRODUCT_VERSION, configHash: hashOf(settings) };
  // Not hashed: they do not affect the proxy that a Pod gets.
  const { selection, annotateOutcome } = loaded.configuration;
  return {
    ...loaded,
    injector: new Injector(
      { ...settings, selection, annotateOutcome, excludedNamespaces: excluded },
      identity,
    ),
  };
}

/** 16 hexadecimal digits that depend only on the settings, not on their order or on where the injector runs. */
function hashOf(settings: object): string {
  return createHash('sha256').update(JSON.stringify(settings, sortKeys)).digest('hex').slice(0, 16);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
