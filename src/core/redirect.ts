import type { Injection } from './injection.js';
import type { PortRange } from './ports.js';
import type { Settings } from './settings.js';

/** The families that are redirected; the rules of each are a transaction of their own. */
export const FAMILIES = ['ipv4', 'ipv6'] as const;
export type Family = (typeof FAMILIES)[number];

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

/**
 * What is redirected in a Pod: all inbound TCP and UDP to the ports of the proxy, but for the skipped ports; with outbound on,
 * all outbound TCP that neither comes from the proxy, nor stays in the Pod, nor is skipped.
 */
export function redirectRules({ proxy }: Settings, { redirect }: Injection, family: Family): RedirectRule[] {
  const rules: RedirectRule[] = [
    { chain: 'PREROUTING', match: {}, target: { jump: INBOUND } },
    ...skipPorts(INBOUND, 'tcp', redirect.skipInboundPorts),
    ...skipPorts(INBOUND, 'udp', redirect.skipInboundPorts),
    { chain: INBOUND, match: { protocol: 'tcp' }, target: { redirect: proxy.tcpPort } },
    { chain: INBOUND, match: { protocol: 'udp' }, target: { redirect: proxy.udpPort } },
  ];
  if (!redirect.outbound) return rules;
  const skippedCidrs = redirect.skipOutboundCidrs.filter((cidr) => cidr.family === family);
  return [
    ...rules,
    { chain: 'OUTPUT', match: { protocol: 'tcp' }, target: { jump: OUTBOUND } },
    { chain: OUTBOUND, match: { uid: proxy.uid }, target: 'RETURN' },
    { chain: OUTBOUND, match: { gid: proxy.gid }, target: 'RETURN' },
    { chain: OUTBOUND, match: { outInterface: 'lo' }, target: 'RETURN' },
    ...skippedCidrs.map(
      ({ cidr }) => ({ chain: OUTBOUND, match: { destination: cidr }, target: 'RETURN' }) as const,
    ),
    ...skipPorts(OUTBOUND, 'tcp', redirect.skipOutboundPorts),
    { chain: OUTBOUND, match: { protocol: 'tcp' }, target: { redirect: proxy.tcpPort } },
  ];
}

/** The rules as one transaction for `iptables-restore` (`ip6tables-restore` takes the same text). */
export function restoreText(rules: readonly RedirectRule[]): string {
  const chains = [...new Set(rules.map(({ chain }) => chain).filter((chain) => chain.startsWith('PROXY_')))];
  const lines = [
    '*nat',
    ...chains.map((chain) => `:${chain} - [0:0]`),
    ...rules.map(({ chain, match, target }) =>
      ['-A', chain, ...matchArguments(match), ...targetArguments(target)].join(' '),
    ),
    'COMMIT',
  ];
  return `${lines.join('\n')}\n`;
}

function matchArguments({ protocol, ports, destination, outInterface, uid, gid }: Match): string[] {
  return [
    ...(destination === undefined ? [] : ['-d', destination]),
    ...(outInterface === undefined ? [] : ['-o', outInterface]),
    ...(protocol === undefined ? [] : ['-p', protocol]),
    ...(ports === undefined ? [] : ['-m', 'multiport', '--dports', ports.map(portText).join(',')]),
    ...(uid === undefined ? [] : ['-m', 'owner', '--uid-owner', String(uid)]),
    ...(gid === undefined ? [] : ['-m', 'owner', '--gid-owner', String(gid)]),
  ];
}

function targetArguments(target: RedirectRule['target']): string[] {
  if (target === 'RETURN') return ['-j', 'RETURN'];
  return 'jump' in target ? ['-j', target.jump] : ['-j', 'REDIRECT', '--to-ports', String(target.redirect)];
}

function portText({ first, last }: PortRange): string {
  return first === last ? String(first) : `${first}:${last}`;
}

function skipPorts(chain: string, protocol: 'tcp' | 'udp', ports: readonly PortRange[]): RedirectRule[] {
  const groups: PortRange[][] = [];
  let slots = 15;
  for (const range of ports) {
    slots += range.first === range.last ? 1 : 2;
    if (slots > 15) {
      groups.push([]);
      slots = range.first === range.last ? 1 : 2;
    }
    groups.at(-1)?.push(range);
  }
  return groups.map((group) => ({ chain, match: { protocol, ports: group }, target: 'RETURN' }));
}
