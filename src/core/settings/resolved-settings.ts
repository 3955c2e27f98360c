import type { Redirect } from '../redirect/redirect.js';
import { CIDRS } from '../values/cidrs.js';
import type { PullPolicy } from '../values/image.js';
import { INTERFACES } from '../values/interfaces.js';
import { asObject, isAbsent, type JsonObject } from '../values/json.js';
import type { Path } from '../values/path.js';
import { PORTS } from '../values/ports.js';
import { parseQuantity } from '../values/quantity.js';
import type { ValueType } from '../values/value-type.js';
import { DRAIN_SECONDS, type DrainSeconds } from './drain-seconds.js';
import { hasBlockingStart } from './hold.js';
import { furtherPorts } from './proxy-ports.js';
import type { ProxyUser } from './proxy-user.js';
import type { Mode, Probes, RedirectBy, Settings } from './settings.js';

/** The settings of one Pod, with the overrides of the Pod and its namespace applied and lists parsed. */
export interface ResolvedSettings extends Omit<SettingsWithoutUser, 'redirect' | 'drainSeconds'> {
  readonly redirect: Redirect;
  /** How long the proxy sleeps before it stops; 0 for no hook. */
  readonly drainSeconds: number;
  /** Undefined unless the Pod's own resources grow. */
  readonly grown?: GrownResources | undefined;
}

/** The requests and limits of a container: quantities by resource. */
export interface Resources {
  readonly requests: JsonObject;
  readonly limits: JsonObject;
}

/** The resources of a Pod itself (`spec.resources`) that grow by those of the proxy; see `resources/pod-level.ts`. */
export interface GrownResources {
  readonly original: unknown;
  readonly values: readonly { readonly path: Path; readonly value: unknown }[];
}

/**
 * The same without the proxy's user and group, which no override replaces and the namespace may decide about, and
 * before the Pod's own hooks decide how long the proxy drains.
 */
export interface SettingsWithoutUser extends Resources {
  readonly mode: Mode;
  readonly image: string;
  readonly imagePullPolicy: PullPolicy | undefined;
  readonly logLevel: string | undefined;
  readonly holdApplication: boolean;
  /** Whether the proxy has a postStart hook, which can hold the app in container mode. */
  readonly hasBlockingStart: boolean;
  readonly drainSeconds: DrainSeconds;
  /** Whether the configuration sets the proxy's preStop hook, which the injector then leaves alone. */
  readonly hasPreStop: boolean;
  readonly probes: Probes;
  readonly redirectBy: RedirectBy;
  /** The resources of the init container. Those above are the proxy's. */
  readonly init: Resources;
  readonly redirect: Omit<Redirect, keyof ProxyUser>;
}

/** What only the Pod and its namespace decide. */
interface OfPod {
  readonly drainSeconds?: number;
  readonly probeAliases?: Redirect['probeAliases'];
  readonly resources?: Resources & Pick<ResolvedSettings, 'init' | 'grown'>;
}

/**
 * Adds the proxy's user and group, how long the proxy drains, the alias ports of the Pod's probes, and the resources
 * that fit the Pod.
 */
export function withUser(
  settings: SettingsWithoutUser,
  user: ProxyUser,
  { drainSeconds = 0, probeAliases = settings.redirect.probeAliases, resources = settings }: OfPod = {},
): ResolvedSettings {
  const { requests, limits, init, grown } = resources;
  const redirect = Object.assign({}, settings.redirect, user, { probeAliases }); // faster than spreading on Node 20
  return { ...settings, requests, limits, init, drainSeconds, redirect, ...(grown && { grown }) };
}

/** The settings of a Pod without overrides. Throws if a list does not parse: validate the settings first. */
export function resolveDefaults({ proxy, init, redirect }: Settings): SettingsWithoutUser {
  return {
    mode: proxy.mode,
    image: proxy.image,
    imagePullPolicy: proxy.imagePullPolicy,
    logLevel: proxy.logLevel,
    holdApplication: proxy.holdApplication === 'enabled',
    hasBlockingStart: hasBlockingStart(proxy.container),
    drainSeconds: parsed(DRAIN_SECONDS, proxy.drainSeconds),
    hasPreStop: !isAbsent(asObject(proxy.container.lifecycle).preStop),
    probes: redirect.probes,
    redirectBy: redirect.by,
    ...resourcesOf(proxy.container),
    init: resourcesOf(init.container),
    redirect: {
      tcpPort: proxy.tcpPort,
      udpPort: proxy.udpPort,
      proxyPorts: furtherPorts(proxy),
      inboundTcp: redirect.inboundTcp === 'enabled',
      inboundUdp: redirect.inboundUdp === 'enabled',
      probeAliases: [],
      skipInboundPorts: parsed(PORTS, redirect.skipInboundPorts),
      dropInvalid: redirect.dropInvalid === 'enabled',
      outbound: redirect.outbound === 'enabled',
      dns: redirect.dns === 'enabled',
      skipOutboundPorts: parsed(PORTS, redirect.skipOutboundPorts),
      skipOutboundCidrs: parsed(CIDRS, redirect.skipOutboundCidrs),
      skipInterfaces: parsed(INTERFACES, redirect.skipInterfaces),
      ipv6: redirect.ipv6 === 'enabled',
    },
  };
}

/** The requests and limits of a configured container. */
export function resourcesOf(container: JsonObject): Resources {
  const { requests, limits } = asObject(container.resources);
  return { requests: asObject(requests), limits: asObject(limits) };
}

/** The resources whose request exceeds the limit, by name. The API server rejects such a Pod. */
export function requestsOverLimits({
  requests,
  limits,
}: Resources): { resource: string; request: string; limit: string }[] {
  return Object.keys(requests)
    .filter((resource) => Object.hasOwn(limits, resource))
    .sort()
    .map((resource) => ({ resource, request: String(requests[resource]), limit: String(limits[resource]) }))
    .filter(({ request, limit }) => (parseQuantity(request) ?? 0n) > (parseQuantity(limit) ?? 0n));
}

/**
 * The smallest limits with which a container can start. The init container needs 4 MiB for the longest lists.
 * Kubernetes itself knows no finer CPU amounts than 1m.
 */
export const LIMIT_FLOORS = { cpu: '1m', memory: '4Mi' } as const;

const FLOORS = Object.entries(LIMIT_FLOORS).map(([resource, floor]) => ({
  resource,
  floor,
  least: parseQuantity(floor) ?? 0n,
}));

/** The limits with which no container can start. 0 means that there is no limit. */
export function limitsUnderFloor({
  limits,
}: Pick<Resources, 'limits'>): { resource: string; limit: string; floor: string }[] {
  return FLOORS.filter(({ resource, least }) => {
    const limit = limits[resource];
    const amount = limit === undefined ? 0n : (parseQuantity(String(limit)) ?? 0n);
    return amount > 0n && amount < least;
  }).map(({ resource, floor }) => ({ resource, limit: String(limits[resource]), floor }));
}

function parsed<T>(type: ValueType<T>, text: string): T {
  const value = type.parse(text);
  if (value === undefined)
    throw new Error(`settings: expected ${type.expected}, got ${JSON.stringify(text)}`);
  return value;
}
