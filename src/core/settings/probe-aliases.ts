import { everyContainer, type Pod } from '../pod/pod.js';
import { type ProbePort, probePorts } from '../pod/probes.js';
import { type ProbeAlias, redirectsTcp } from '../redirect/redirect.js';
import { asList } from '../values/json.js';
import { coversPort, type PortRange } from '../values/ports.js';
import type { SettingsWithoutUser } from './resolved-settings.js';

/**
 * Where alias ports are from. Neither Kubernetes nor Linux assigns them: NodePorts end at 32767, and ephemeral ports at
 * 60999 (`net.ipv4.ip_local_port_range`).
 */
export const ALIAS_PORTS: PortRange = { first: 63000, last: 63199 };

/** A probe, or an `httpGet` hook, whose port is replaced by an alias. */
export interface AliasedProbe extends ProbePort {
  readonly alias: number;
}

/** What becomes of the probes of a Pod. */
export interface ProbePlan {
  readonly aliases: readonly ProbeAlias[];
  readonly aliased: readonly AliasedProbe[];
  /** Those that go through the proxy. */
  readonly proxied: readonly ProbePort[];
}

/**
 * Plans which probes and `httpGet` hooks of a Pod get an alias for their port: with `direct`, all whose port is
 * redirected. A `host` may be another than the Pod. Each of these ports has one alias. Kept is the port of:
 * - any probe in `proxied` mode, or if no alias is free
 * - a probe of a native sidecar that must work before the redirect is in place; see {@link mustWorkBefore}
 * - a probe of a container that shares its name with another, which the API server rejects; `uninject` could not tell
 *   the two apart.
 */
export function planProbes(pod: Pod, settings: SettingsWithoutUser): ProbePlan {
  const { mode, probes, redirect } = settings;
  const ports = probePorts(pod);
  const redirected = ports.filter(
    (port) => !port.hasHost && redirectsTcp(redirect, port.port) && !runsBefore(port, mode),
  );
  if (probes === 'proxied' || redirected.length === 0)
    return { aliases: [], aliased: [], proxied: redirected };
  const free = freePorts(pod, ports, redirect);
  const sharedNames = duplicates(everyContainer(pod).map(({ name }) => name));
  const aliases = new Map<number, number>();
  const aliased: AliasedProbe[] = [];
  const proxied: ProbePort[] = [];
  for (const probe of redirected) {
    const isKept = mustWorkBefore(probe, pod, mode) || sharedNames.has(probe.container.name);
    const alias = isKept ? undefined : (aliases.get(probe.port) ?? free.next().value);
    if (alias === undefined) {
      proxied.push(probe);
    } else {
      aliases.set(probe.port, alias);
      aliased.push({ ...probe, alias });
    }
  }
  return { aliases: [...aliases].map(([port, alias]) => ({ alias, port })), aliased, proxied };
}

/**
 * Whether the kubelet is done with a probe or hook before the redirect is in place, unless the container restarts: in
 * container mode, a native sidecar of the Pod's own starts before `init-iptables`, which waits for its startup probe
 * and its `postStart` hook.
 */
function runsBefore({ isInit, handler }: ProbePort, mode: SettingsWithoutUser['mode']): boolean {
  return isInit && mode === 'container' && (handler === 'startupProbe' || handler === 'postStart');
}

/**
 * Whether a probe must succeed both before and after the redirect is in place. The alias leads nowhere before: the
 * kubelet would restart a native sidecar again and again while the init containers after it run, which may use it. If
 * none but `init-iptables` comes after it, there is no time for that.
 */
function mustWorkBefore(
  { isInit, index, handler }: ProbePort,
  { spec }: Pod,
  mode: SettingsWithoutUser['mode'],
): boolean {
  const isLast = index + 1 === spec.initContainers?.length;
  return isInit && mode === 'container' && handler === 'livenessProbe' && !isLast;
}

function duplicates(names: readonly string[]): ReadonlySet<string> {
  const once = new Set<string>();
  const more = new Set<string>();
  for (const name of names) (once.has(name) ? more : once).add(name);
  return more;
}

/**
 * The alias ports that nothing in the Pod uses, as far as it says: a program that listened on one would be unreachable.
 * Skipped ports are the app's, too.
 */
function* freePorts(
  pod: Pod,
  probes: readonly ProbePort[],
  { tcpPort, udpPort, proxyPorts, skipInboundPorts }: SettingsWithoutUser['redirect'],
): Generator<number, undefined> {
  const used = new Set<unknown>([tcpPort, udpPort]);
  for (const { containerPort } of proxyPorts) used.add(containerPort);
  for (const { port } of probes) used.add(port);
  for (const { ports } of everyContainer(pod)) {
    for (const { containerPort } of asList(ports) as { containerPort: unknown }[]) used.add(containerPort);
  }
  for (let port = ALIAS_PORTS.first; port <= ALIAS_PORTS.last; port += 1) {
    if (!used.has(port) && !coversPort(skipInboundPorts, port)) yield port;
  }
  return undefined;
}
