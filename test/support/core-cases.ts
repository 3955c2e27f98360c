import { Configuration } from '../../src/config/schema/configuration.js';
import type { RequestFacts, Subject } from '../../src/core/decision/subject.js';
import { foreignMarks } from '../../src/core/settings/foreign-marks.js';
import { resolveProxyUser } from '../../src/core/settings/proxy-user.js';
import {
  type ResolvedSettings,
  resolveDefaults,
  withUser,
} from '../../src/core/settings/resolved-settings.js';
import type { Settings } from '../../src/core/settings/settings.js';
import type { JsonObject } from '../../src/core/values/json.js';

/** Changes to the default settings. Each section is merged one level deep. */
export type SettingsChange = {
  readonly [Key in keyof Settings]?: Settings[Key] extends readonly unknown[] | string
    ? Settings[Key]
    : Partial<Settings[Key]>;
};

/** The default settings with changes. */
export function settings(change: SettingsChange = {}): Settings {
  const defaults = new Configuration();
  return {
    ...defaults,
    ...change,
    proxy: { ...defaults.proxy, ...change.proxy },
    init: { ...defaults.init, ...change.init },
    redirect: { ...defaults.redirect, ...change.redirect },
    pod: { ...defaults.pod, ...change.pod },
  };
}

/** The resolved settings of a Pod without overrides, in a namespace with these annotations. */
export function resolved(
  all: Settings,
  namespace: { readonly [key: string]: string } = {},
): ResolvedSettings {
  const { user, violations } = resolveProxyUser(all.proxy, namespace);
  if (user === undefined) throw new Error(violations.join('; '));
  return withUser(resolveDefaults(all), user);
}

/** Differences from the creation of a plain Pod in the namespace `shop`. */
export interface Given {
  readonly object?: unknown;
  readonly spec?: JsonObject;
  readonly annotations?: object;
  readonly labels?: object;
  readonly request?: Partial<RequestFacts>;
  /** The annotations of the namespace. */
  readonly namespace?: { readonly [key: string]: string };
  readonly namespaceLabels?: { readonly [key: string]: string };
  readonly settings?: SettingsChange;
}

/** The hash of the configuration of a {@link subject}. */
export const CONFIG_HASH = '0123456789abcdef';

/** A subject for `decide`. */
export function subject(given: Given): Subject {
  const all = settings(given.settings);
  const { annotations, labels } = given;
  const metadata = {
    name: 'web',
    namespace: 'shop',
    ...(annotations && { annotations }),
    ...(labels && { labels }),
  };
  const spec = { containers: [{ name: 'app', image: 'app:1' }], ...given.spec };
  return {
    object: given.object === undefined ? { apiVersion: 'v1', kind: 'Pod', metadata, spec } : given.object,
    request: { operation: 'CREATE', kind: '/v1/Pod', subResource: '', namespace: 'shop', ...given.request },
    namespace: { annotations: given.namespace ?? {}, labels: given.namespaceLabels },
    settings: all,
    configHash: CONFIG_HASH,
    defaults: resolveDefaults(all),
    foreign: foreignMarks(all.foreignProxies),
  };
}
