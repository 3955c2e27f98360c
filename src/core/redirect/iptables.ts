import { type PortRange, portRangeText } from '../values/ports.js';
import type { ChainName, Family, Match, RedirectChain, RedirectRule, Target } from './redirect.js';

/** Where a chain starts: a table of iptables, and a chain of the kernel. */
const HOOKS: { readonly [name in ChainName]: readonly [table: string, chain: string] } = {
  dns: ['raw', 'OUTPUT'],
  invalid: ['mangle', 'PREROUTING'],
  inbound: ['nat', 'PREROUTING'],
  outbound: ['nat', 'OUTPUT'],
};

/**
 * Renders chains as input of `iptables-restore --noflush` or `ip6tables-restore --noflush`: one transaction for each
 * table that has rules, with the nat table last. It empties the injector's chains. The jumps to them, which start with
 * `-A PREROUTING` or `-A OUTPUT`, must not be there yet, or be left out.
 */
export function restoreText(chains: readonly RedirectChain[], family: Family): string {
  const tables = [...new Set(chains.map(({ name }) => HOOKS[name][0]))];
  return tables.map((table) => tableText(table, chains, family)).join('');
}

function tableText(table: string, all: readonly RedirectChain[], family: Family): string {
  const chains = all.filter(({ name }) => HOOKS[name][0] === table);
  const lines = [
    `*${table}`,
    ...chains.map(({ name }) => `:${chainName(name)} - [0:0]`),
    ...chains.map(({ name }) => `-A ${HOOKS[name][1]} -j ${chainName(name)}`),
    ...chains.flatMap(({ name, rules }) =>
      rules
        .flatMap((rule) => ruleArguments(rule, family))
        .map((rule) => ['-A', chainName(name), ...rule].join(' ')),
    ),
    'COMMIT',
  ];
  return `${lines.join('\n')}\n`;
}

function chainName(name: ChainName): string {
  return `PROXY_${name.toUpperCase()}`;
}

/** The arguments of a rule. It becomes several if it has several CIDRs, or more ports than one rule can match. */
function ruleArguments({ match, target }: RedirectRule, family: Family): string[][] {
  const { destinations, ports } = match;
  const cidrs = destinations?.filter((cidr) => cidr.family === family).map(({ cidr }) => ['-d', cidr]) ?? [
    [],
  ];
  const groups = ports === undefined ? [[]] : portGroups(ports).map(portArguments);
  return cidrs.flatMap((destination) =>
    groups.map((group) => [
      ...destination,
      ...interfaceArguments(match),
      ...protocolArguments(match),
      ...group,
      ...ownerArguments(match),
      ...targetArguments(target),
    ]),
  );
}

function interfaceArguments({ inInterface, outInterface }: Match): string[] {
  return [
    ...(inInterface === undefined ? [] : ['-i', wildcard(inInterface)]),
    ...(outInterface === undefined ? [] : ['-o', wildcard(outInterface)]),
  ];
}

/** iptables(8) writes `docker*` as `docker+`. */
function wildcard(name: string): string {
  return name.replace(/\*$/, '+');
}

function protocolArguments({ protocol, isForPod, isValid, ends }: Match): string[] {
  return [
    ...(protocol === undefined ? [] : ['-p', protocol]),
    ...(isForPod === undefined ? [] : ['-m', 'addrtype', '!', '--dst-type', 'LOCAL']),
    ...(isValid === undefined ? [] : ['-m', 'conntrack', '!', '--ctstate', 'INVALID']),
    ...(ends === undefined ? [] : ['-m', 'tcp', '--tcp-flags', 'FIN,RST', 'NONE']),
  ];
}

function ownerArguments({ uid, gid }: Match): string[] {
  return [
    ...(uid === undefined ? [] : ['-m', 'owner', '--uid-owner', String(uid)]),
    ...(gid === undefined ? [] : ['-m', 'owner', '--gid-owner', String(gid)]),
  ];
}

function portArguments(ports: readonly PortRange[]): string[] {
  return ['-m', 'multiport', '--dports', ports.map((range) => portRangeText(range, ':')).join(',')];
}

function targetArguments(target: Target): string[] {
  if (typeof target === 'string') return ['-j', target.toUpperCase()];
  return 'zone' in target
    ? ['-j', 'CT', '--zone-orig', String(target.zone)]
    : ['-j', 'REDIRECT', '--to-ports', String(target.redirect)];
}

/** The ports of a `multiport` match, where a range counts as two: iptables-extensions(8). */
const MAX_SLOTS = 15;

/** Groups of equal size, which admission policies can compute too: CEL has no loop that remembers what came before. */
function portGroups(ports: readonly PortRange[]): PortRange[][] {
  const size = portGroupSize(ports.some(({ first, last }) => first !== last));
  const count = Math.ceil(ports.length / size);
  return Array.from({ length: count }, (_, index) => ports.slice(index * size, (index + 1) * size));
}

/** How many ports, or ranges, are in one rule if a list has ranges, or if it has none. */
export function portGroupSize(hasRanges: boolean): number {
  return hasRanges ? Math.floor(MAX_SLOTS / 2) : MAX_SLOTS;
}
