import { OWN_ANNOTATIONS, overrideKey, PREFIX, TOGGLE } from '../pod/annotations.js';
import { CIDRS } from '../values/cidrs.js';
import { IMAGE, PULL_POLICY } from '../values/image.js';
import { INTERFACES } from '../values/interfaces.js';
import { shown } from '../values/json.js';
import { PORTS } from '../values/ports.js';
import { QUANTITY } from '../values/quantity.js';
import type { StringMap } from '../values/shape.js';
import type { ValueType } from '../values/value-type.js';
import type { Violation } from '../values/violation.js';
import { DRAIN_SECONDS } from './drain-seconds.js';
import { canHold, HOLDING_HOOK } from './hold.js';
import { servesFromStart, WHY_NATIVE } from './node-mode.js';
import { otherPortsThanOwn, ownPortsNamed } from './proxy-ports.js';
import { type Resources, requestsOverLimits, type SettingsWithoutUser } from './resolved-settings.js';
import { LOG_LEVEL, MODE, PROBES, REDIRECT_BY, SWITCH } from './settings.js';

/** What the names of the overrides of a container's resources begin with. */
const RESOURCE_PREFIXES = { proxy: '', init: 'init-' } as const;

/** The name of an override: `init-cpu-limit`. */
export function resourceOverride(
  container: keyof typeof RESOURCE_PREFIXES,
  resource: string,
  amount: string,
): string {
  return `${RESOURCE_PREFIXES[container]}${resource}-${amount}`;
}

/** What is expected of an override that `allowedOverrides` does not list. */
export const NO_VALUE = 'no value (the operator does not allow this override)';

/** What is expected of a request that exceeds the limit. */
export function atMostLimit(limit: string): string {
  return `at most the limit (${limit})`;
}

/** What is expected of a limit that the request exceeds. */
export function atLeastRequest(request: string): string {
  return `at least the request (${request})`;
}

/** What is expected of the override by which the app should be held although it cannot be. */
export function holdExpected(key: string): string {
  const hold = overrideKey('hold-application');
  const choice = key === hold ? 'disabled' : `native, or container with ${hold}: disabled`;
  return `${choice} (in mode container, only a hook that the operator sets can hold the app: ${HOLDING_HOOK})`;
}

/** What is expected of the override by which the node should redirect a Pod whose proxy does not run from the start. */
export function redirectByExpected(key: string): string {
  const [by, mode] = [overrideKey('redirect-by'), overrideKey('mode')];
  const choice = key === by ? `pod, or node with ${mode}: native` : `native, or container with ${by}: pod`;
  return `${choice} ${WHY_NATIVE}`;
}

/** Applies one override: returns the settings with one value replaced. */
type Apply = (settings: SettingsWithoutUser) => SettingsWithoutUser;

/** One annotation that replaces a setting. */
export interface Override {
  /** The key without its prefix, as in `allowedOverrides`; empty for the toggle. */
  readonly name: string;
  readonly key: string;
  /** The valid values, completing the sentence "expected ...". */
  readonly expected: string;
  readonly type: ValueType<unknown>;
  /** The path of the setting that it replaces; empty for the toggle. */
  readonly target: string;
  readonly help: string;
  /** Parses a value; undefined if it is invalid. */
  readonly parse: (text: string) => Apply | undefined;
}

/** An annotation with an invalid value, or one that is not allowed; or the toggle as a label with an invalid value. */
export interface OverrideViolation extends Omit<Violation<string>, 'path'> {
  readonly source: 'pod' | 'namespace';
  readonly isLabel?: true;
  readonly key: string;
}

/**
 * Every override, in the order in which they are applied. The docs and the values of `allowedOverrides` derive from it.
 */
export const OVERRIDES: readonly Override[] = [
  {
    name: '',
    key: TOGGLE,
    expected: SWITCH.expected,
    type: SWITCH,
    target: '',
    help: 'Whether the Pod gets a proxy. Also a label, by which the webhook selects Pods and namespaces.',
    parse: (text) => (SWITCH.parse(text) === undefined ? undefined : (settings) => settings),
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
  ...resourceOverrides('proxy'),
  ...resourceOverrides('init'),
  override(
    'redirect-by',
    'redirect.by',
    'Who applies the redirect: an init container of the Pod, or the agent on its node.',
    REDIRECT_BY,
    (settings, redirectBy) => ({ ...settings, redirectBy }),
  ),
  override(
    'skip-inbound-ports',
    'redirect.skipInboundPorts',
    'Inbound ports to exclude from the redirect.',
    PORTS,
    (settings, skipInboundPorts) => withRedirect(settings, { skipInboundPorts }),
  ),
  override(
    'probes',
    'redirect.probes',
    "Whether the kubelet's probes go through the proxy or directly to the app.",
    PROBES,
    (settings, probes) => ({ ...settings, probes }),
  ),
  override(
    'outbound',
    'redirect.outbound',
    'Whether to redirect outbound TCP connections.',
    SWITCH,
    (settings, value) => withRedirect(settings, { outbound: value === 'enabled' }),
  ),
  override(
    'skip-outbound-ports',
    'redirect.skipOutboundPorts',
    'Destination ports to exclude from the outbound redirect.',
    PORTS,
    (settings, skipOutboundPorts) => withRedirect(settings, { skipOutboundPorts }),
  ),
  override(
    'skip-outbound-cidrs',
    'redirect.skipOutboundCidrs',
    'Destination CIDRs to exclude from the outbound redirect.',
    CIDRS,
    (settings, skipOutboundCidrs) => withRedirect(settings, { skipOutboundCidrs }),
  ),
  override(
    'skip-interfaces',
    'redirect.skipInterfaces',
    'Network interfaces to exclude from the redirect.',
    INTERFACES,
    (settings, skipInterfaces) => withRedirect(settings, { skipInterfaces }),
  ),
  override(
    'log-level',
    'proxy.logLevel',
    'Passed to the proxy in the environment variable PROXY_LOG_LEVEL.',
    LOG_LEVEL,
    (settings, logLevel) => ({ ...settings, logLevel }),
  ),
  override(
    'hold-application',
    'proxy.holdApplication',
    'Whether the app starts only once the proxy listens.',
    SWITCH,
    (settings, value) => ({ ...settings, holdApplication: value === 'enabled' }),
  ),
  override(
    'drain-seconds',
    'proxy.drainSeconds',
    'How long the proxy keeps serving in mode `container` after the Pod is deleted.',
    DRAIN_SECONDS,
    (settings, drainSeconds) => ({ ...settings, drainSeconds }),
  ),
];

/** The names that `allowedOverrides` may list. */
export const OVERRIDE_NAMES: readonly string[] = OVERRIDES.map(({ name }) => name).filter(
  (name) => name !== '',
);

/** The settings of a Pod with its overrides, and what its annotations contributed. */
export interface Resolution {
  readonly settings: SettingsWithoutUser;
  readonly violations: readonly OverrideViolation[];
  /** The overrides that were applied, as one string; empty if there are none. Equal strings mean equal settings. */
  readonly overridesKey: string;
}

/**
 * Applies the overrides of a Pod, its annotations, to the defaults. The Pod's annotation wins over the same one on the
 * namespace. Of the Pod's labels only the toggle counts.
 */
export function resolveOverrides(
  defaults: SettingsWithoutUser,
  allowed: readonly string[],
  pod: StringMap,
  namespace: StringMap,
  podLabels: StringMap = {},
): Resolution {
  const violations = toggleLabelViolations('pod', podLabels);
  let settings = defaults;
  let overridesKey = '';
  for (const { name, key, expected, parse } of OVERRIDES) {
    const source = pod[key] === undefined ? 'namespace' : 'pod';
    const given = pod[key] ?? namespace[key];
    if (given === undefined) continue;
    const apply = parse(given);
    if (name !== '' && !allowed.includes(name)) {
      violations.push({ source, key, expected: NO_VALUE, given });
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
    violations.push(...holdViolations(settings, pod, namespace));
    violations.push(...redirectByViolations(settings, pod, namespace));
  }
  return { settings, violations, overridesKey };
}

/** Keys with the injector's prefix that it does not know, most likely typos. */
export function unknownKeys(annotations: StringMap): string[] {
  return prefixedKeys(annotations).filter((key) => !KNOWN_KEYS.has(key));
}

/** Keys with the injector's prefix, known or not. As the key of a label, only `GUARD` means something. */
export function prefixedKeys(map: StringMap): string[] {
  return Object.keys(map).filter((key) => key.startsWith(PREFIX));
}

/** The toggle as a label must have one of the values of the annotation. With others, it selects nothing. */
export function toggleLabelViolations(
  source: OverrideViolation['source'],
  labels: StringMap,
): OverrideViolation[] {
  const given = labels[TOGGLE];
  if (given === undefined || SWITCH.parse(given) !== undefined) return [];
  return [{ source, isLabel: true, key: TOGGLE, expected: SWITCH.expected, given }];
}

/** `pod annotation proxy-injection/mode: expected container or native, got "sidecar"` */
export function overrideViolationText({ source, isLabel, key, expected, given }: OverrideViolation): string {
  return `${source} ${isLabel ? 'label' : 'annotation'} ${key}: expected ${expected}, got ${shown(given)}`;
}

export const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...OVERRIDES.map(({ key }) => key),
  ...OWN_ANNOTATIONS,
]);

function resourceViolations(
  settings: SettingsWithoutUser,
  pod: StringMap,
  namespace: StringMap,
): OverrideViolation[] {
  const excesses = [
    ...requestsOverLimits(settings).map((excess) => ({ ...excess, prefix: RESOURCE_PREFIXES.proxy })),
    ...requestsOverLimits(settings.init).map((excess) => ({ ...excess, prefix: RESOURCE_PREFIXES.init })),
  ];
  return excesses.flatMap(({ prefix, resource, request, limit }) => {
    const requestKey = overrideKey(`${prefix}${resource}-request`);
    const overridden = pod[requestKey] ?? namespace[requestKey];
    const key = overridden === undefined ? overrideKey(`${prefix}${resource}-limit`) : requestKey;
    const given = overridden ?? pod[key] ?? namespace[key];
    if (given === undefined) return [];
    const expected = key === requestKey ? atMostLimit(limit) : atLeastRequest(request);
    return [{ source: pod[key] === undefined ? 'namespace' : 'pod', key, expected, given } as const];
  });
}

function ownPortViolations(
  { redirect }: SettingsWithoutUser,
  pod: StringMap,
  namespace: StringMap,
): OverrideViolation[] {
  const key = overrideKey('skip-inbound-ports');
  const given = pod[key] ?? namespace[key];
  if (given === undefined || ownPortsNamed(redirect).length === 0) return [];
  const source = pod[key] === undefined ? 'namespace' : 'pod';
  return [{ source, key, expected: otherPortsThanOwn(redirect), given }];
}

/** An override that asks to hold the app in container mode, where only a configured hook can. */
function holdViolations(
  settings: SettingsWithoutUser,
  pod: StringMap,
  namespace: StringMap,
): OverrideViolation[] {
  return canHold(settings) ? [] : modeViolations('hold-application', holdExpected, pod, namespace);
}

/** An override that asks the node to redirect in container mode. */
function redirectByViolations(
  settings: SettingsWithoutUser,
  pod: StringMap,
  namespace: StringMap,
): OverrideViolation[] {
  return servesFromStart(settings) ? [] : modeViolations('redirect-by', redirectByExpected, pod, namespace);
}

/** An override that contradicts the mode: the one with this name or, if only the mode is overridden, that one. */
function modeViolations(
  name: string,
  expected: (key: string) => string,
  pod: StringMap,
  namespace: StringMap,
): OverrideViolation[] {
  const [own, mode] = [overrideKey(name), overrideKey('mode')];
  const key = (pod[own] ?? namespace[own]) === undefined ? mode : own;
  const given = pod[key] ?? namespace[key];
  if (given === undefined) return [];
  return [{ source: pod[key] === undefined ? 'namespace' : 'pod', key, expected: expected(key), given }];
}

function override<T>(
  name: string,
  target: string,
  help: string,
  type: ValueType<T>,
  apply: (settings: SettingsWithoutUser, value: T) => SettingsWithoutUser,
): Override {
  const parse = (text: string): Apply | undefined => {
    const value = type.parse(text);
    return value === undefined ? undefined : (settings) => apply(settings, value);
  };
  return { name, key: overrideKey(name), expected: type.expected, type, target, help, parse };
}

function resourceOverrides(container: keyof typeof RESOURCE_PREFIXES): Override[] {
  const owner = container === 'proxy' ? 'the proxy' : 'the init container';
  return (['cpu', 'memory'] as const).flatMap((resource) =>
    (['requests', 'limits'] as const).map((kind) => {
      const amount = kind.slice(0, -1);
      const help = `${resource === 'cpu' ? 'CPU' : 'Memory'} ${amount} of ${owner}.`;
      const target = `${container}.container.resources.${kind}.${resource}`;
      const apply = <T extends Resources>(resources: T, quantity: string): T => ({
        ...resources,
        [kind]: { ...resources[kind], [resource]: quantity },
      });
      return override(
        resourceOverride(container, resource, amount),
        target,
        help,
        QUANTITY,
        (settings, quantity) =>
          container === 'proxy'
            ? apply(settings, quantity)
            : { ...settings, init: apply(settings.init, quantity) },
      );
    }),
  );
}

function withRedirect(
  settings: SettingsWithoutUser,
  changes: Partial<SettingsWithoutUser['redirect']>,
): SettingsWithoutUser {
  return { ...settings, redirect: { ...settings.redirect, ...changes } };
}
