import type { Cidr } from '../values/cidrs.js';
import { coversPort, type PortRange } from '../values/ports.js';

/** The families that are redirected; the rules of each are a transaction of their own. */
export const FAMILIES = ['ipv4', 'ipv6'] as const;
export type Family = (typeof FAMILIES)[number];

/** A core/v1 ContainerPort of the proxy, in part. */
export interface ProxyPort {
  readonly containerPort: number;
  readonly protocol: string;
}

/** What is redirected to the proxy of one Pod and what is not. */
export interface Redirect {
  readonly tcpPort: number;
  readonly udpPort: number;
  /** Ports that the proxy serves itself, such as its metrics: they are not redirected. */
  readonly proxyPorts: readonly ProxyPort[];
  /** The user and group of the proxy: what they send is not redirected. */
  readonly uid: number;
  readonly gid: number;
  readonly inboundTcp: boolean;
  readonly inboundUdp: boolean;
  readonly skipInboundPorts: readonly PortRange[];
  readonly outbound: boolean;
  /** Outbound UDP to port 53. */
  readonly dns: boolean;
  readonly skipOutboundPorts: readonly PortRange[];
  readonly skipOutboundCidrs: readonly Cidr[];
  readonly ipv6: boolean;
}

/** One rule of the nat table: packets of `chain` that match go to `target`. Absent matches match everything. */
export interface RedirectRule {
  readonly chain: string;
  readonly match: Match;
  readonly target: 'RETURN' | { readonly jump: string } | { readonly redirect: number };
}

/** What a packet has to be like. */
export interface Match {
  readonly protocol?: 'tcp' | 'udp';
  /** At most fifteen ports, a range counting two: what one `multiport` match takes (iptables-extensions(8)). */
  readonly ports?: readonly PortRange[];
  readonly destination?: string;
  readonly outInterface?: string;
  readonly uid?: number;
  readonly gid?: number;
}

const INBOUND = 'PROXY_INBOUND';
const OUTBOUND = 'PROXY_OUTBOUND';

/** The chains that are ours alone; every transaction declares both, and so empties what an earlier one left in them. */
export const CHAINS: readonly string[] = [INBOUND, OUTBOUND];

/** The families that a Pod is redirected in. */
export function familiesOf({ ipv6 }: Redirect): readonly Family[] {
  return ipv6 ? FAMILIES : ['ipv4'];
}

/**
 * The rules of one family, in order. The nat table sees the first packet of a connection only, so that replies are never touched,
 * and what a Pod sends to its own address goes by way of `lo` past PREROUTING (netfilter.org/documentation/HOWTO/NAT-HOWTO-6.html).
 */
export function redirectRules(redirect: Redirect, family: Family): RedirectRule[] {
  return [...inboundRules(redirect), ...outboundRules(redirect, family)];
}

/** All TCP and UDP that comes in, but for the ports that are skipped. */
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

/** The TCP and the DNS queries that are to be redirected and neither come from the proxy, nor stay in the Pod, nor are skipped. */
function outboundRules(redirect: Redirect, family: Family): RedirectRule[] {
  const tcp: Match | false = redirect.outbound && { protocol: 'tcp' };
  const dns: Match | false = redirect.dns && !coversPort(redirect.skipOutboundPorts, DNS_PORT) && DNS_QUERIES;
  if (!tcp && !dns) return [];
  const excepted: Match[] = [
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
    ...excepted.map((match) => ({ chain: OUTBOUND, match, target: 'RETURN' }) as const),
    ...(tcp ? skipPorts(OUTBOUND, 'tcp', redirect.skipOutboundPorts) : []),
    ...(tcp ? [{ chain: OUTBOUND, match: tcp, target: { redirect: redirect.tcpPort } }] : []),
    ...(dns ? [{ chain: OUTBOUND, match: dns, target: { redirect: redirect.udpPort } }] : []),
  ];
}

/** Where DNS is asked, over UDP. */
export const DNS_PORT = 53;
const DNS_QUERIES: Match = { protocol: 'udp', ports: [{ first: DNS_PORT, last: DNS_PORT }] };

function jump(match: Match): RedirectRule {
  return { chain: 'OUTPUT', match, target: { jump: OUTBOUND } };
}

function skipPorts(chain: string, protocol: 'tcp' | 'udp', ports: readonly PortRange[]): RedirectRule[] {
  const groups: PortRange[][] = [];
  let slots = 15;
  for (const range of ports) {
    const needed = range.first === range.last ? 1 : 2;
    slots += needed;
    if (slots > 15) {
      groups.push([]);
      slots = needed;
    }
    groups.at(-1)?.push(range);
  }
  return groups.map((group) => ({ chain, match: { protocol, ports: group }, target: 'RETURN' }));
}
