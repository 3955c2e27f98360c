import { portRangeText } from '../values/ports.js';
import {
  type ChainName,
  FAMILIES,
  type Match,
  type RedirectChain,
  type RedirectRule,
  type Target,
} from './redirect.js';

/** The injector's own table. */
const TABLE = 'proxy_injector';

/** Where a chain starts. The priorities are those of the tables of iptables: nft(8). */
const HOOKS: { readonly [name in ChainName]: string } = {
  dns: 'type filter hook output priority raw',
  invalid: 'type filter hook prerouting priority mangle',
  inbound: 'type nat hook prerouting priority dstnat',
  outbound: 'type nat hook output priority -100',
};

/**
 * Renders chains as input of `nft -f`: one transaction that replaces the injector's table, in both families or neither.
 * Without IPv6, the table is for IPv4 alone.
 */
export function nftText(chains: readonly RedirectChain[], { ipv6 }: { readonly ipv6: boolean }): string {
  const table = `table ${ipv6 ? 'inet' : 'ip'} ${TABLE}`;
  // A table must exist to be deleted.
  const lines = [
    `add ${table}`,
    `delete ${table}`,
    `${table} {`,
    ...chains.flatMap(({ name, rules }) => [
      `  chain ${name} {`,
      `    ${HOOKS[name]}; policy accept;`,
      ...rules.flatMap((rule) => ruleTexts(rule, ipv6)).map((rule) => `    ${rule}`),
      '  }',
    ]),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

const FAMILY_KEYWORDS = { ipv4: 'ip', ipv6: 'ip6' };

/** A rule, or one for each family if it has CIDRs. */
function ruleTexts({ match, target }: RedirectRule, ipv6: boolean): string[] {
  const others = [
    ...interfaceMatches(match),
    ...ownerMatches(match),
    ...protocolMatches(match),
    'counter',
    targetText(target),
  ].join(' ');
  if (match.destinations === undefined) return [others];
  return FAMILIES.filter((family) => ipv6 || family === 'ipv4').flatMap((family) => {
    const cidrs = match.destinations?.filter((cidr) => cidr.family === family).map(({ cidr }) => cidr) ?? [];
    return cidrs.length > 0 ? [`${FAMILY_KEYWORDS[family]} daddr ${setOf(cidrs)} ${others}`] : [];
  });
}

function interfaceMatches({ inInterface, outInterface }: Match): string[] {
  return [
    ...(inInterface === undefined ? [] : [`iifname "${inInterface}"`]),
    ...(outInterface === undefined ? [] : [`oifname "${outInterface}"`]),
  ];
}

function ownerMatches({ uid, gid }: Match): string[] {
  return [
    ...(uid === undefined ? [] : [`meta skuid ${uid}`]),
    ...(gid === undefined ? [] : [`meta skgid ${gid}`]),
  ];
}

function protocolMatches({ protocol, ports, isForPod, isValid, ends }: Match): string[] {
  return [
    ...(isForPod === undefined ? [] : ['fib daddr type != local']),
    ...(isValid === undefined ? [] : ['ct state != invalid']),
    ...(protocol === undefined ? [] : [protocolMatch(protocol, ports)]),
    ...(ends === undefined ? [] : ['tcp flags & (fin | rst) == 0']),
  ];
}

function protocolMatch(protocol: string, ports: Match['ports']): string {
  if (ports === undefined) return `meta l4proto ${protocol}`;
  return `${protocol} dport ${setOf(ports.map((range) => portRangeText(range, '-')))}`;
}

function setOf(values: readonly string[]): string {
  return values.length === 1 ? String(values[0]) : `{ ${values.join(', ')} }`;
}

function targetText(target: Target): string {
  if (typeof target === 'string') return target;
  return 'zone' in target ? `ct original zone set ${target.zone}` : `redirect to :${target.redirect}`;
}
