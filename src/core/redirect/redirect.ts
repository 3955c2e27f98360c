import type { Cidr } from '../values/cidrs.js';
import { coversPort, type PortRange } from '../values/ports.js';

/** The families of addresses. */
export const FAMILIES = ['ipv4', 'ipv6'] as const;
export type Family = (typeof FAMILIES)[number];

/** Part of a core/v1 ContainerPort of the proxy. */
export interface ProxyPort {
  readonly containerPort: number;
  readonly protocol: string;
}

/** A port of the Pod's addresses that leads to a port of the app, and not to the proxy. */
export interface ProbeAlias {
  readonly alias: number;
  readonly port: number;
}

/** Which traffic of a Pod is redirected to its proxy. */
export interface Redirect {
  readonly tcpPort: number;
  readonly udpPort: number;
  /** More ports that the proxy serves itself, such as for metrics. They are not redirected. */
  readonly proxyPorts: readonly ProxyPort[];
  /** The user and group of the proxy. What they send is not redirected. */
  readonly uid: number;
  readonly gid: number;
  readonly inboundTcp: boolean;
  /** The ports on which probes reach the app past the proxy. */
  readonly probeAliases: readonly ProbeAlias[];
  readonly inboundUdp: boolean;
  readonly skipInboundPorts: readonly PortRange[];
  /** Whether inbound TCP segments that belong to no connection are dropped instead of reaching the app. */
  readonly dropInvalid: boolean;
  readonly outbound: boolean;
  /** Whether outbound UDP to port 53 is redirected. */
  readonly dns: boolean;
  readonly skipOutboundPorts: readonly PortRange[];
  readonly skipOutboundCidrs: readonly Cidr[];
  /** Interfaces whose traffic is not redirected, in or out. */
  readonly skipInterfaces: readonly string[];
  readonly ipv6: boolean;
}

/** The rules that the packets of one hook of the kernel meet, in order. The first one that matches decides. */
export interface RedirectChain {
  readonly name: ChainName;
  readonly rules: readonly RedirectRule[];
}

/**
 * `dns`: packets that the Pod sends, before they are assigned to a connection. `invalid`: packets that the Pod
 * receives, after that. `inbound` and `outbound`: the first packet of each connection that the Pod receives or opens.
 */
export type ChainName = 'dns' | 'invalid' | 'inbound' | 'outbound';

/** Packets that match go to `target`. */
export interface RedirectRule {
  readonly match: Match;
  readonly target: Target;
}

/**
 * `return` lets the packet pass. `zone` tracks connections that start with such packets apart from all others, in the
 * direction of these packets.
 */
export type Target = 'return' | 'drop' | { readonly redirect: number } | { readonly zone: number };

/** The conditions that a packet must meet; missing ones match every packet. */
export interface Match {
  readonly protocol?: Protocol;
  /** Destination ports. */
  readonly ports?: readonly PortRange[];
  /** CIDRs of the destination, of either family. */
  readonly destinations?: readonly Cidr[];
  /** The destination is no address of the Pod: the packet is forwarded, multicast or broadcast. */
  readonly isForPod?: false;
  /** The packet belongs to a connection, or may open one. */
  readonly isValid?: true;
  /** The segment has neither the flag FIN nor RST. */
  readonly ends?: false;
  readonly inInterface?: string;
  readonly outInterface?: string;
  readonly uid?: number;
  readonly gid?: number;
}

export type Protocol = 'tcp' | 'udp';

/** The families to redirect. */
export function familiesOf({ ipv6 }: Redirect): readonly Family[] {
  return ipv6 ? FAMILIES : ['ipv4'];
}

/**
 * The rules of a redirect for both families; a chain without rules is left out. Only the first packet of a connection
 * meets the rules of `inbound` and `outbound`, so replies are unaffected. What a Pod sends to its own address uses `lo`
 * and never becomes inbound: netfilter.org/documentation/HOWTO/NAT-HOWTO-6.html.
 */
export function redirectChains(redirect: Redirect): RedirectChain[] {
  const chains: RedirectChain[] = [
    { name: 'dns', rules: dnsRules(redirect) },
    { name: 'invalid', rules: invalidRules(redirect) },
    { name: 'inbound', rules: inboundRules(redirect) },
    { name: 'outbound', rules: outboundRules(redirect) },
  ];
  return chains.filter(({ rules }) => rules.length > 0);
}

/**
 * Tracks the DNS queries of the proxy in a zone of their own. A query of the app that is redirected and one that the
 * proxy sends from the same source port to the same server would otherwise be one connection to the kernel, which would
 * treat the second like the first: send it out, or back to the proxy.
 */
function dnsRules(redirect: Redirect): RedirectRule[] {
  if (!redirectsDns(redirect)) return [];
  return proxyMatches(redirect).map((match) => ({
    match: { ...DNS_QUERIES, ...match },
    target: { zone: PROXY_ZONE },
  }));
}

/** Any number but 0, the zone of all other connections. */
const PROXY_ZONE = 1;

/**
 * Drops segments that fit no connection, such as one outside of the window. They are not redirected, so the app's own
 * port would answer with a reset, which ends the client's connection to the proxy. Segments with FIN or RST pass: when
 * the kernel has forgotten a connection, those that end it are invalid, too.
 */
function invalidRules(redirect: Redirect): RedirectRule[] {
  if (!redirect.inboundTcp || !redirect.dropInvalid) return [];
  return [
    { match: { isValid: true }, target: 'return' },
    NOT_FOR_POD,
    ...skippedInterfaces(redirect),
    ...skippedPorts('tcp', inboundPorts(redirect, 'tcp')),
    { match: { protocol: 'tcp', ends: false }, target: 'drop' },
  ];
}

/**
 * Redirects all inbound TCP and UDP, except for skipped ports and interfaces. What the kubelet sends to an alias port
 * goes to the app, through whatever interface it comes.
 */
function inboundRules(redirect: Redirect): RedirectRule[] {
  const { inboundTcp, inboundUdp, tcpPort, udpPort } = redirect;
  if (!inboundTcp && !inboundUdp) return [];
  const rules = (protocol: Protocol, port: number): RedirectRule[] => [
    ...skippedPorts(protocol, inboundPorts(redirect, protocol)),
    { match: { protocol }, target: { redirect: port } },
  ];
  return [
    NOT_FOR_POD,
    ...aliasRules(redirect),
    ...skippedInterfaces(redirect),
    ...(inboundTcp ? rules('tcp', tcpPort) : []),
    ...(inboundUdp ? rules('udp', udpPort) : []),
  ];
}

const NOT_FOR_POD: RedirectRule = { match: { isForPod: false }, target: 'return' };

function skippedInterfaces({ skipInterfaces }: Redirect): RedirectRule[] {
  return skipInterfaces.map((inInterface) => ({ match: { inInterface }, target: 'return' }));
}

function aliasRules({ probeAliases }: Redirect): RedirectRule[] {
  return probeAliases.map(({ alias, port }) => ({
    match: { protocol: 'tcp', ports: [{ first: alias, last: alias }] },
    target: { redirect: port },
  }));
}

/** Whether inbound TCP to a port goes to the proxy although it is not the proxy's own. */
export function redirectsTcp(redirect: Omit<Redirect, 'uid' | 'gid'>, port: number): boolean {
  const { inboundTcp, tcpPort } = redirect;
  return inboundTcp && port !== tcpPort && !coversPort(inboundPorts(redirect, 'tcp'), port);
}

/** The inbound ports that are not redirected: those that the proxy serves itself, and skipped ones. */
function inboundPorts(
  { proxyPorts, skipInboundPorts }: Pick<Redirect, 'proxyPorts' | 'skipInboundPorts'>,
  protocol: Protocol,
): PortRange[] {
  const own = proxyPorts
    .filter((port) => port.protocol === protocol.toUpperCase())
    .map(({ containerPort }) => ({ first: containerPort, last: containerPort }));
  return [...own, ...skipInboundPorts];
}

/**
 * Redirects outbound TCP and DNS queries, except for traffic of the proxy, within the Pod, or to skipped destinations.
 */
function outboundRules(redirect: Redirect): RedirectRule[] {
  const { outbound, skipInterfaces, skipOutboundCidrs, skipOutboundPorts, tcpPort, udpPort } = redirect;
  const dns = redirectsDns(redirect);
  if (!outbound && !dns) return [];
  const skipped: Match[] = [
    ...proxyMatches(redirect),
    ...['lo', ...skipInterfaces].map((outInterface) => ({ outInterface })),
    ...(skipOutboundCidrs.length > 0 ? [{ destinations: skipOutboundCidrs }] : []),
  ];
  return [
    ...skipped.map((match) => ({ match, target: 'return' }) as const),
    ...(outbound ? skippedPorts('tcp', skipOutboundPorts) : []),
    ...(outbound ? [{ match: { protocol: 'tcp' }, target: { redirect: tcpPort } } as const] : []),
    ...(dns ? [{ match: DNS_QUERIES, target: { redirect: udpPort } }] : []),
  ];
}

/** The UDP port of DNS. */
export const DNS_PORT = 53;
const DNS_QUERIES: Match = { protocol: 'udp', ports: [{ first: DNS_PORT, last: DNS_PORT }] };

function redirectsDns({ dns, skipOutboundPorts }: Redirect): boolean {
  return dns && !coversPort(skipOutboundPorts, DNS_PORT);
}

/** What the proxy sends: the packets of its user, and of its group. */
function proxyMatches({ uid, gid }: Redirect): Match[] {
  return [{ uid }, { gid }];
}

function skippedPorts(protocol: Protocol, ports: readonly PortRange[]): RedirectRule[] {
  return ports.length > 0 ? [{ match: { protocol, ports }, target: 'return' }] : [];
}
