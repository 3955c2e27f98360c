import { CONFIG_HASH, overrideKey, PREFIX, STATUS, TOGGLE, VERSION } from './annotations.js';
import { CIDRS_EXPECTED, parseCidrs } from './cidrs.js';
import { IMAGE_EXPECTED, isImageReference, PULL_POLICIES } from './image.js';
import { type Injection, requestsOverLimits } from './injection.js';
import { shown } from './json.js';
import type { StringMap } from './pod.js';
import { PORTS_EXPECTED, parsePorts } from './ports.js';
import { parseQuantity } from './quantity.js';
import { MODES, SWITCH } from './settings.js';

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

const QUANTITY_EXPECTED = 'a Kubernetes quantity, such as 100m or 64Mi';

/** What {@link isLogLevel} accepts, for error messages and docs. */
export const LOG_LEVEL_EXPECTED =
  'a log level or filter of letters, digits and any of _ . : = , / * - (at most 256)';

/** True for what can be handed to a proxy as its log level: a word, or a filter such as `info,hyper=warn`. */
export function isLogLevel(text: string): boolean {
  return /^[\w.:=,/*-]{1,256}$/.test(text);
}

/** Every override there is; the docs and `allowedOverrides` are held against this table. */
export const OVERRIDES: readonly Override[] = [
  {
    name: '',
    key: TOGGLE,
    expected: 'enabled or disabled',
    target: '',
    help: 'Whether the Pod gets a proxy. Also a label, which the selectors of the webhook match.',
    read: (text) => (isOneOf(SWITCH, text) ? () => {} : undefined),
  },
  override('image', 'proxy.image', 'Image of the proxy.', {
    expected: IMAGE_EXPECTED,
    parse: (text) => (isImageReference(text) ? text : undefined),
    set: (injection, image) => {
      injection.image = image;
    },
  }),
  override('image-pull-policy', 'proxy.imagePullPolicy', 'When the kubelet pulls the image of the proxy.', {
    ...choice(PULL_POLICIES),
    set: (injection, policy) => {
      injection.imagePullPolicy = policy;
    },
  }),
  override('mode', 'proxy.mode', 'A container beside the others, or a native sidecar.', {
    ...choice(MODES),
    set: (injection, mode) => {
      injection.mode = mode;
    },
  }),
  resource('cpu-request', 'requests', 'cpu'),
  resource('cpu-limit', 'limits', 'cpu'),
  resource('memory-request', 'requests', 'memory'),
  resource('memory-limit', 'limits', 'memory'),
  override('skip-inbound-ports', 'redirect.skipInboundPorts', 'Ports of the Pod that are not redirected.', {
    expected: PORTS_EXPECTED,
    parse: parsePorts,
    set: ({ redirect }, ports) => {
      redirect.skipInboundPorts = ports;
    },
  }),
  override('outbound', 'redirect.outbound', 'Whether outbound connections are redirected too.', {
    ...choice(SWITCH),
    set: ({ redirect }, value) => {
      redirect.outbound = value === 'enabled';
    },
  }),
  override(
    'skip-outbound-ports',
    'redirect.skipOutboundPorts',
    'Destination ports that are not redirected.',
    {
      expected: PORTS_EXPECTED,
      parse: parsePorts,
      set: ({ redirect }, ports) => {
        redirect.skipOutboundPorts = ports;
      },
    },
  ),
  override('skip-outbound-cidrs', 'redirect.skipOutboundCidrs', 'Destinations that are not redirected.', {
    expected: CIDRS_EXPECTED,
    parse: parseCidrs,
    set: ({ redirect }, cidrs) => {
      redirect.skipOutboundCidrs = cidrs;
    },
  }),
  override(
    'log-level',
    'proxy.logLevel',
    'Handed to the proxy as the environment variable PROXY_LOG_LEVEL.',
    {
      expected: LOG_LEVEL_EXPECTED,
      parse: (text) => (isLogLevel(text) ? text : undefined),
      set: (injection, level) => {
        injection.logLevel = level;
      },
    },
  ),
];

/** The names that `allowedOverrides` may hold. */
export const OVERRIDE_NAMES: readonly string[] = OVERRIDES.map(({ name }) => name).filter(
  (name) => name !== '',
);

/** Applies the annotations of a Pod, or else those of its namespace, to what Pods get by default. */
export function applyOverrides(
  base: Injection,
  allowed: readonly string[],
  pod: StringMap,
  namespace: StringMap,
): { readonly injection: Injection; readonly violations: readonly Violation[] } {
  const violations: Violation[] = [];
  const changes: ((injection: Injection) => void)[] = [];
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
    }
  }
  if (changes.length === 0) return { injection: base, violations };
  const injection: Injection = { ...base, redirect: { ...base.redirect } };
  for (const change of changes) change(injection);
  return { injection, violations: [...violations, ...resourceViolations(injection, pod, namespace)] };
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

interface Value<T> {
  readonly expected: string;
  readonly parse: (text: string) => T | undefined;
  readonly set: (injection: Injection, value: T) => void;
}

function override<T>(
  name: string,
  target: string,
  help: string,
  { expected, parse, set }: Value<T>,
): Override {
  return {
    name,
    key: overrideKey(name),
    expected,
    target,
    help,
    read: (text) => {
      const value = parse(text);
      return value === undefined ? undefined : (injection) => set(injection, value);
    },
  };
}

function resource(name: string, kind: 'requests' | 'limits', resourceName: 'cpu' | 'memory'): Override {
  const target = `proxy.container.resources.${kind}.${resourceName}`;
  return override(name, target, `Resource ${kind} of the proxy: ${resourceName}.`, {
    expected: QUANTITY_EXPECTED,
    parse: (text) => (parseQuantity(text) === undefined ? undefined : text),
    set: (injection, quantity) => {
      injection[kind] = { ...injection[kind], [resourceName]: quantity };
    },
  });
}

function choice<T extends string>(values: readonly T[]): Pick<Value<T>, 'expected' | 'parse'> {
  return {
    expected: values.join(' or '),
    parse: (text) => (isOneOf(values, text) ? text : undefined),
  };
}

function isOneOf<T extends string>(values: readonly T[], text: string): text is T {
  return (values as readonly string[]).includes(text);
}
