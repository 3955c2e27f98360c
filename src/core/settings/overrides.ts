import { ADDED, CONFIG_HASH, overrideKey, PREFIX, STATUS, TOGGLE, VERSION } from '../pod/annotations.js';
import type { StringMap } from '../pod/pod.js';
import { CIDRS } from '../values/cidrs.js';
import { IMAGE, PULL_POLICY } from '../values/image.js';
import { shown } from '../values/json.js';
import { PORTS } from '../values/ports.js';
import { QUANTITY } from '../values/quantity.js';
import type { ValueType } from '../values/value-type.js';
import { otherPortsThanOwn, ownPortsNamed } from './proxy-ports.js';
import { type Injection, requestsOverLimits } from './resolved-settings.js';
import { LOG_LEVEL, MODE, SWITCH } from './settings.js';

/** One annotation that changes what a Pod gets. */
export interface Override {
  /** The name without the prefix, as it is written in `allowedOverrides`. */
  readonly name: string;
  readonly key: string;
  /** Which values there are, as the end of the sentence "expected ...". */
  readonly expected: string;
  /** The path of the setting in the configuration that it overrides; empty for the switch itself. */
  readonly target: string;
  readonly help: string;
  /** How a valid value changes the injection; undefined for an invalid value. */
  readonly read: (text: string) => ((injection: Injection) => void) | undefined;
}

/** An annotation that cannot be honoured. */
export interface Violation {
  readonly source: 'pod' | 'namespace';
  readonly key: string;
  readonly expected: string;
  readonly given: string;
}

/** Every override there is; the docs and `allowedOverrides` are held against this table. */
export const OVERRIDES: readonly Override[] = [
  {
    name: '',
    key: TOGGLE,
    expected: SWITCH.expected,
    target: '',
    help: 'Whether the Pod gets a proxy. Also a label, which the selectors of the webhook match.',
    read: (text) => (SWITCH.parse(text) === undefined ? undefined : () => {}),
  },
  override('image', 'proxy.image', 'Image of the proxy.', IMAGE, (injection, image) => {
    injection.image = image;
  }),
  override(
    'image-pull-policy',
    'proxy.imagePullPolicy',
    'When the kubelet pulls the image.',
    PULL_POLICY,
    (injection, policy) => {
      injection.imagePullPolicy = policy;
    },
  ),
  override(
    'mode',
    'proxy.mode',
    'A container beside the others, or a native sidecar.',
    MODE,
    (injection, mode) => {
      injection.mode = mode;
    },
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
    ({ redirect }, ports) => {
      redirect.skipInboundPorts = ports;
    },
  ),
  override(
    'outbound',
    'redirect.outbound',
    'Whether outbound TCP connections are redirected too.',
    SWITCH,
    ({ redirect }, value) => {
      redirect.outbound = value === 'enabled';
    },
  ),
  override(
    'skip-outbound-ports',
    'redirect.skipOutboundPorts',
    'Destination ports that are not redirected.',
    PORTS,
    ({ redirect }, ports) => {
      redirect.skipOutboundPorts = ports;
    },
  ),
  override(
    'skip-outbound-cidrs',
    'redirect.skipOutboundCidrs',
    'Destinations that are not redirected.',
    CIDRS,
    ({ redirect }, cidrs) => {
      redirect.skipOutboundCidrs = cidrs;
    },
  ),
  override(
    'log-level',
    'proxy.logLevel',
    'Handed to the proxy as the environment variable PROXY_LOG_LEVEL.',
    LOG_LEVEL,
    (injection, level) => {
      injection.logLevel = level;
    },
  ),
];

/** The names that `allowedOverrides` may hold. */
export const OVERRIDE_NAMES: readonly string[] = OVERRIDES.map(({ name }) => name).filter(
  (name) => name !== '',
);

/** What the annotations come to. */
export interface Overridden {
  readonly injection: Injection;
  readonly violations: readonly Violation[];
  /** The annotations that took effect, as one text: equal texts make equal injections. Empty where there are none. */
  readonly applied: string;
}

/** Applies the annotations of a Pod, or else those of its namespace, to what Pods get by default. */
export function applyOverrides(
  base: Injection,
  allowed: readonly string[],
  pod: StringMap,
  namespace: StringMap,
): Overridden {
  const violations: Violation[] = [];
  const changes: ((injection: Injection) => void)[] = [];
  let applied = '';
  for (const { name, key, expected, read } of OVERRIDES) {
    const source = pod[key] === undefined ? 'namespace' : 'pod';
    const given = pod[key] ?? namespace[key];
    if (given === undefined) continue;
    const change = read(given);
    if (name !== '' && !allowed.includes(name)) {
      violations.push({ source, key, expected: 'nothing: the operator does not allow this override', given });
    } else if (change === undefined) {
      violations.push({ source, key, expected, given });
    } else if (name !== '') {
      changes.push(change);
      applied += `${name}=${given}\n`;
    }
  }
  if (changes.length === 0) return { injection: base, violations, applied };
  const injection: Injection = { ...base, redirect: { ...base.redirect } };
  for (const change of changes) change(injection);
  return {
    injection,
    violations: [
      ...violations,
      ...resourceViolations(injection, pod, namespace),
      ...ownPortViolations(injection, pod, namespace),
    ],
    applied,
  };
}

/** Keys with our prefix that mean nothing to us: most likely misspelt. */
export function unknownKeys(annotations: StringMap): string[] {
  return Object.keys(annotations).filter((key) => key.startsWith(PREFIX) && !KNOWN_KEYS.has(key));
}

/** A violation as people read it. */
export function violationText({ source, key, expected, given }: Violation): string {
  return `${source} annotation ${key}: expected ${expected}, got ${shown(given)}`;
}

const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...OVERRIDES.map(({ key }) => key),
  STATUS,
  CONFIG_HASH,
  VERSION,
  ADDED,
]);

function resourceViolations(injection: Injection, pod: StringMap, namespace: StringMap): Violation[] {
  return requestsOverLimits(injection).flatMap(({ resource, request, limit }) => {
    const requestKey = overrideKey(`${resource}-request`);
    const overridden = pod[requestKey] ?? namespace[requestKey];
    const key = overridden === undefined ? overrideKey(`${resource}-limit`) : requestKey;
    const given = overridden ?? pod[key] ?? namespace[key];
    if (given === undefined) return [];
    const expected = key === requestKey ? `at most the limit, ${limit}` : `at least the request, ${request}`;
    return [{ source: pod[key] === undefined ? 'namespace' : 'pod', key, expected, given } as const];
  });
}

function ownPortViolations({ redirect }: Injection, pod: StringMap, namespace: StringMap): Violation[] {
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
  set: (injection: Injection, value: T) => void,
): Override {
  const read = (text: string) => {
    const value = parse(text);
    return value === undefined ? undefined : (injection: Injection) => set(injection, value);
  };
  return { name, key: overrideKey(name), expected, target, help, read };
}

function resource(name: string, kind: 'requests' | 'limits', resourceName: 'cpu' | 'memory'): Override {
  const target = `proxy.container.resources.${kind}.${resourceName}`;
  const help = `Resource ${kind} of the proxy: ${resourceName}.`;
  return override(name, target, help, QUANTITY, (injection, quantity) => {
    injection[kind] = { ...injection[kind], [resourceName]: quantity };
  });
}
