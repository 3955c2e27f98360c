import { ADDED, CONFIG_HASH, overrideKey, PREFIX, STATUS, TOGGLE, VERSION } from '../pod/annotations.js';
import { CIDRS } from '../values/cidrs.js';
import { IMAGE, PULL_POLICY } from '../values/image.js';
import { shown } from '../values/json.js';
import { PORTS } from '../values/ports.js';
import { QUANTITY } from '../values/quantity.js';
import type { StringMap } from '../values/shape.js';
import type { ValueType } from '../values/value-type.js';
import type { Violation } from '../values/violation.js';
import { otherPortsThanOwn, ownPortsNamed } from './proxy-ports.js';
import { type ResolvedSettings, requestsOverLimits } from './resolved-settings.js';
import { LOG_LEVEL, MODE, SWITCH } from './settings.js';

/** Applies one override: the same settings with another value. */
type Apply = (settings: ResolvedSettings) => ResolvedSettings;

/** One annotation that replaces a setting. */
export interface Override {
  /** The name without the prefix, as in `allowedOverrides`. */
  readonly name: string;
  readonly key: string;
  /** Which values are valid, as the end of the sentence "expected ...". */
  readonly expected: string;
  /** The path of the setting it replaces; empty for the switch itself. */
  readonly target: string;
  readonly help: string;
  /** Undefined for an invalid value. */
  readonly read: (text: string) => Apply | undefined;
}

/** An annotation that cannot be applied. */
export interface OverrideViolation extends Omit<Violation<string>, 'path'> {
  readonly source: 'pod' | 'namespace';
  readonly key: string;
}

/** Every override; docs and `allowedOverrides` are tested against this table. */
export const OVERRIDES: readonly Override[] = [
  {
    name: '',
    key: TOGGLE,
    expected: SWITCH.expected,
    target: '',
    help: 'Whether the Pod gets a proxy. Also a label, which the webhook selects Pods and namespaces by.',
    read: (text) => (SWITCH.parse(text) === undefined ? undefined : (settings) => settings),
  },
  override('image', 'proxy.image', 'Image of the proxy.', IMAGE, (settings, image) => ({
    ...settings,
    image,
  })),
  override(
    'image-pull-policy',
    'proxy.imagePullPolicy',
    'When the kubelet pulls the image.',
    PULL_POLICY,
    (settings, imagePullPolicy) => ({ ...settings, imagePullPolicy }),
  ),
  override(
    'mode',
    'proxy.mode',
    'How the proxy runs: as a container or as a native sidecar.',
    MODE,
    (settings, mode) => ({ ...settings, mode }),
  ),
  resource('cpu-request', 'requests', 'cpu'),
  resource('cpu-limit', 'limits', 'cpu'),
  resource('memory-request', 'requests', 'memory'),
  resource('memory-limit', 'limits', 'memory'),
  override(
    'skip-inbound-ports',
    'redirect.skipInboundPorts',
    'Ports of the Pod that are not redirected.',
    PORTS,
    (settings, skipInboundPorts) => withRedirect(settings, { skipInboundPorts }),
  ),
  override(
    'outbound',
    'redirect.outbound',
    'Whether outbound TCP connections are redirected too.',
    SWITCH,
    (settings, value) => withRedirect(settings, { outbound: value === 'enabled' }),
  ),
  override(
    'skip-outbound-ports',
    'redirect.skipOutboundPorts',
    'Destination ports that are not redirected.',
    PORTS,
    (settings, skipOutboundPorts) => withRedirect(settings, { skipOutboundPorts }),
  ),
  override(
    'skip-outbound-cidrs',
    'redirect.skipOutboundCidrs',
    'Destinations that are not redirected.',
    CIDRS,
    (settings, skipOutboundCidrs) => withRedirect(settings, { skipOutboundCidrs }),
  ),
  override(
    'log-level',
    'proxy.logLevel',
    'Passed to the proxy in the environment variable PROXY_LOG_LEVEL.',
    LOG_LEVEL,
    (settings, logLevel) => ({ ...settings, logLevel }),
  ),
];

/** The names that `allowedOverrides` may list. */
export const OVERRIDE_NAMES: readonly string[] = OVERRIDES.map(({ name }) => name).filter(
  (name) => name !== '',
);

/** The settings of a Pod, and the annotations that led to them. */
export interface Resolution {
  readonly settings: ResolvedSettings;
  readonly violations: readonly OverrideViolation[];
  /** The annotations that took effect, as one string: equal strings mean equal settings. Empty if there are none. */
  readonly overridesKey: string;
}

/** Applies the annotations of a Pod to the defaults; where the Pod has none, those of its namespace. */
export function resolveOverrides(
  defaults: ResolvedSettings,
  allowed: readonly string[],
  pod: StringMap,
  namespace: StringMap,
): Resolution {
  const violations: OverrideViolation[] = [];
  let settings = defaults;
  let overridesKey = '';
  for (const { name, key, expected, read } of OVERRIDES) {
    const source = pod[key] === undefined ? 'namespace' : 'pod';
    const given = pod[key] ?? namespace[key];
    if (given === undefined) continue;
    const apply = read(given);
    if (name !== '' && !allowed.includes(name)) {
      violations.push({ source, key, expected: 'nothing: the operator does not allow this override', given });
    } else if (apply === undefined) {
      violations.push({ source, key, expected, given });
    } else if (name !== '') {
      settings = apply(settings);
      overridesKey += `${name}=${given}\n`;
    }
  }
  if (overridesKey !== '') {
    violations.push(...resourceViolations(settings, pod, namespace));
    violations.push(...ownPortViolations(settings, pod, namespace));
  }
  return { settings, violations, overridesKey };
}

/** Keys with our prefix that mean nothing to us: most likely misspelled. */
export function unknownKeys(annotations: StringMap): string[] {
  return Object.keys(annotations).filter((key) => key.startsWith(PREFIX) && !KNOWN_KEYS.has(key));
}

/** `pod annotation proxy-injection/mode: expected container or native, got "sidecar"` */
export function overrideViolationText({ source, key, expected, given }: OverrideViolation): string {
  return `${source} annotation ${key}: expected ${expected}, got ${shown(given)}`;
}

const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...OVERRIDES.map(({ key }) => key),
  STATUS,
  CONFIG_HASH,
  VERSION,
  ADDED,
]);

function resourceViolations(
  settings: ResolvedSettings,
  pod: StringMap,
  namespace: StringMap,
): OverrideViolation[] {
  return requestsOverLimits(settings).flatMap(({ resource, request, limit }) => {
    const requestKey = overrideKey(`${resource}-request`);
    const overridden = pod[requestKey] ?? namespace[requestKey];
    const key = overridden === undefined ? overrideKey(`${resource}-limit`) : requestKey;
    const given = overridden ?? pod[key] ?? namespace[key];
    if (given === undefined) return [];
    const expected = key === requestKey ? `at most the limit, ${limit}` : `at least the request, ${request}`;
    return [{ source: pod[key] === undefined ? 'namespace' : 'pod', key, expected, given } as const];
  });
}

function ownPortViolations(
  { redirect }: ResolvedSettings,
  pod: StringMap,
  namespace: StringMap,
): OverrideViolation[] {
  const key = overrideKey('skip-inbound-ports');
  const given = pod[key] ?? namespace[key];
  if (given === undefined || ownPortsNamed(redirect).length === 0) return [];
  const source = pod[key] === undefined ? 'namespace' : 'pod';
  return [{ source, key, expected: otherPortsThanOwn(redirect), given }];
}

function override<T>(
  name: string,
  target: string,
  help: string,
  { expected, parse }: ValueType<T>,
  apply: (settings: ResolvedSettings, value: T) => ResolvedSettings,
): Override {
  const read = (text: string): Apply | undefined => {
    const value = parse(text);
    return value === undefined ? undefined : (settings) => apply(settings, value);
  };
  return { name, key: overrideKey(name), expected, target, help, read };
}

function resource(name: string, kind: 'requests' | 'limits', resourceName: 'cpu' | 'memory'): Override {
  const target = `proxy.container.resources.${kind}.${resourceName}`;
  const help = `Resource ${kind} of the proxy: ${resourceName}.`;
  return override(name, target, help, QUANTITY, (settings, quantity) => ({
    ...settings,
    [kind]: { ...settings[kind], [resourceName]: quantity },
  }));
}

function withRedirect(
  settings: ResolvedSettings,
  changed: Partial<ResolvedSettings['redirect']>,
): ResolvedSettings {
  return { ...settings, redirect: { ...settings.redirect, ...changed } };
}
