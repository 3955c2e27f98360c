import type { Cidr } from '../values/cidrs.js';
import { coversPort, type PortRange } from '../values/ports.js';

/** The families of addresses. Each has its own rules, applied as one transaction. */
export const FAMILIES = ['ipv4', 'ipv6'] as const;
export type Family = (typeof FAMILIES)[number];

/** Part of a core/v1 ContainerPort of the proxy. */
export interface ProxyPort {
  readonly containerPort: number;
  readonly protocol: string;
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
  readonly inboundUdp: boolean;
  readonly skipInboundPorts: readonly PortRange[];
  readonly outbound: boolean;
  /** Whether outbound UDP to port 53 is redirected. */
  readonly dns: boolean;
  readonly skipOutboundPorts: readonly PortRange[];
  readonly skipOutboundCidrs: readonly Cidr[];
  readonly ipv6: boolean;
}

/** One iptables rule of the nat table: packets in `chain` that match go to `target`. */
export interface RedirectRule {
  readonly chain: string;
  readonly match: Match;
  readonly target: 'RETURN' | { readonly jump: string } | { readonly redirect: number };
}

/** The conditions that a packet must meet; missing ones match every packet. */
export interface Match {
  readonly protocol?: 'tcp' | 'udp';
  /** At most 15 ports, where a range counts as two: the limit of a `multiport` match (iptables-extensions(8)). */
  readonly ports?: readonly PortRange[];
  readonly destination?: string;
  readonly outInterface?: string;
  readonly uid?: number;
  readonly gid?: number;
}

const INBOUND = 'PROXY_INBOUND';
const OUTBOUND = 'PROXY_OUTBOUND';

/** The injector's own chains. Every transaction declares both, which removes rules left by an earlier one. */
export const CHAINS: readonly string[] = [INBOUND, OUTBOUND];

/** The families to redirect. */
export function familiesOf({ ipv6 }: Redirect): readonly Family[] {
  return ipv6 ? FAMILIES : ['ipv4'];
}

/**
 * The redirect rules of one family, in order. Only the first packet of a connection traverses the nat table, so replies
 * are unaffected. What a Pod sends to its own address uses `lo` and bypasses PREROUTING:
 * netfilter.org/documentation/HOWTO/NAT-HOWTO-6.html.
 */
export function redirectRules(redirect: Redirect, family: Family): RedirectRule[] {
  return [...inboundRules(redirect), ...outboundRules(redirect, family)];
}

/** Redirects all inbound TCP and UDP, except for skipped ports. */
function inboundRules({ inboundTcp, inboundUdp, tcpPort, udpPort, ...redirect }: Redirect): RedirectRule[] {
  if (!inboundTcp && !inboundUdp) return [];
  const own = (protocol: string) =>
    redirect.proxyPorts
      .filter((port) => port.protocol === protocol.toUpperCase())
      .map(({ containerPort }) => ({ first: containerPort, last: containerPort }));
  const rules = (protocol: 'tcp' | 'udp', port: number): RedirectRule[] => [
    ...skipPorts(INBOUND, protocol, [...own(protocol), ...redirect.skipInboundPorts]),
    { chain: INBOUND, match: { protocol }, target: { redirect: port } },
  ];
  return [
    { chain: 'PREROUTING', match: {}, target: { jump: INBOUND } },
    ...(inboundTcp ? rules('tcp', tcpPort) : []),
    ...(inboundUdp ? rules('udp', udpPort) : []),
  ];
}

/**
 * Redirects outbound TCP and DNS queries, except for traffic of the proxy, within the Pod, or to skipped destinations.
 */
function outboundRules(redirect: Redirect, family: Family): RedirectRule[] {
  const tcp: Match | false = redirect.outbound && { protocol: 'tcp' };
  const dns: Match | false = redirect.dns && !coversPort(redirect.skipOutboundPorts, DNS_PORT) && DNS_QUERIES;
  if (!tcp && !dns) return [];
  const skipped: Match[] = [
    { uid: redirect.uid },
    { gid: redirect.gid },
    { outInterface: 'lo' },
    ...redirect.skipOutboundCidrs
      .filter((cidr) => cidr.family === family)
      .map(({ cidr }) => ({ destination: cidr })),
  ];
  return [
    ...(tcp ? [jump(tcp)] : []),
    ...(dns ? [jump(dns)] : []),
    ...skipped.map((match) => ({ chain: OUTBOUND, match, target: 'RETURN' }) as const),
    ...(tcp ? skipPorts(OUTBOUND, 'tcp', redirect.skipOutboundPorts) : []),
    ...(tcp ? [{ chain: OUTBOUND, match: tcp, target: { redirect: redirect.tcpPort } }] : []),
    ...(dns ? [{ chain: OUTBOUND, match: dns, target: { redirect: redirect.udpPort } }] : []),
  ];
}

/** The UDP port of DNS. */
export const DNS_PORT = 53;
const DNS_QUERIES: Match = { protocol: 'udp', ports: [{ first: DNS_PORT, last: DNS_PORT }] };

function jump(match: Match): RedirectRule {
  return { chain: 'OUTPUT', match, target: { jump: OUTBOUND } };
}

/** The limit of a `multiport` match: see {@link Match.ports}. */
const MAX_SLOTS = 15;

function skipPorts(chain: string, protocol: 'tcp' | 'udp', ports: readonly PortRange[]): RedirectRule[] {
  const groups: PortRange[][] = [];
  let slots = MAX_SLOTS;
  for (const range of ports) {
    const needed = range.first === range.last ? 1 : 2;
    slots += needed;
    if (slots > MAX_SLOTS) {
      groups.push([]);
      slots = needed;
    }
    groups.at(-1)?.push(range);
  }
  return groups.map((group) => ({ chain, match: { protocol, ports: group }, target: 'RETURN' }));
}
