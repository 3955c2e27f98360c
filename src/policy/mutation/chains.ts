import { portGroupSize } from '../../core/redirect/iptables.js';
import { type ChainName, DNS_PORT, type Protocol, type RedirectRule } from '../../core/redirect/redirect.js';
import { emptyUnless } from '../cel/expressions.js';
import { type Format, line, SLOT, type Slots } from './rules.js';

/** Some rules of a chain, as a CEL expression of a list of texts. */
type Part = (format: Format) => string;

function sequence(format: Format, chain: readonly Part[]): string {
  return chain.map((part) => part(format)).join('\n+ ');
}

const one =
  (rule: RedirectRule, slots: Slots = {}, condition?: string): Part =>
  (format) => {
    const list = `[${line(rule, format, slots)}]`;
    return condition === undefined ? list : `(${condition} ? ${list} : [])`;
  };

const onlyFor =
  (condition: string, ...chain: readonly Part[]): Part =>
  (format) =>
    `(${condition} ? ${sequence(format, chain)} : [])`;

/** A rule for each member of a list. The slots refer to it as `e`. */
const each =
  (list: string, rule: RedirectRule, slots: Slots): Part =>
  (format) =>
    `${list}.map(e, ${line(rule, format, slots)})`;

const PORT_RANGE = [{ first: SLOT.port, last: SLOT.port }];
const NOT_FOR_POD = one({ match: { isForPod: false }, target: 'return' });

/** Rules that skip ports: one for nft, and for iptables one for each group of ports. */
function skippedPorts(protocol: Protocol, texts: string): Part {
  const rule: RedirectRule = { match: { protocol, ports: PORT_RANGE }, target: 'return' };
  return (format) => {
    if (format !== 'nft') {
      const groups = each(portGroups(texts), rule, { [SLOT.port]: 'e' })(format);
      return emptyUnless(`${texts}.size() > 0`, groups);
    }
    return `(${texts}.size() > 0 ? [${line(rule, format, { [SLOT.port]: setOf(texts) })}] : [])`;
  };
}

/** See `portGroups` of the core. */
function portGroups(texts: string): string {
  const size = `${texts}.size()`;
  return (
    `[${texts}.exists(r, r.contains('-')) ? ${portGroupSize(true)} : ${portGroupSize(false)}].map(n, lists.range((${size} + n - 1) / n)` +
    `.map(g, ${texts}.slice(g * n, g * n + n < ${size} ? g * n + n : ${size}).join(',').replace('-', ':')))[0]`
  );
}

function setOf(texts: string): string {
  return `(${texts}.size() == 1 ? ${texts}[0] : '{ ' + ${texts}.join(', ') + ' }')`;
}

function skippedInterfaces(end: 'inInterface' | 'outInterface'): Part {
  const rule: RedirectRule = { match: { [end]: SLOT.name }, target: 'return' };
  return (format) => each('variables.skipInterfaces', rule, { [SLOT.name]: interfaceName(format) })(format);
}

function interfaceName(format: Format): string {
  return format === 'nft' ? 'e' : "e.replace('*', '+')";
}

function proxyMatches(base: RedirectRule): Part[] {
  const { match, target } = base;
  return [
    one({ match: { ...match, uid: SLOT.uid }, target }, { [SLOT.uid]: 'string(variables.uid)' }),
    one({ match: { ...match, gid: SLOT.gid }, target }, { [SLOT.gid]: 'string(variables.gid)' }),
  ];
}

const TCP_TARGET: Slots = { [SLOT.target]: 'string(variables.config.proxy.tcpPort)' };
const UDP_TARGET: Slots = { [SLOT.target]: 'string(variables.config.proxy.udpPort)' };
const DNS_QUERIES = { protocol: 'udp', ports: [{ first: DNS_PORT, last: DNS_PORT }] } as const;
const TO_TARGET = { redirect: SLOT.target } as const;

const CIDRS: Part = (format) => {
  const families = format === 'nft' ? (['ipv4', 'ipv6'] as const) : [format];
  return families
    .map((family) => {
      const cidrs = `variables.${family}Cidrs`;
      const rule: RedirectRule = {
        match: { destinations: [{ family, cidr: SLOT.cidr }] },
        target: 'return',
      };
      if (format !== 'nft') return each(cidrs, rule, { [SLOT.cidr]: 'e' })(format);
      return `(${cidrs}.size() > 0 ? [${line(rule, format, { [SLOT.cidr]: setOf(cidrs) })}] : [])`;
    })
    .join('\n+ ');
};

/** The rules of each chain, as in `redirectChains` of the core. */
const CHAINS: { readonly [name in ChainName]: readonly Part[] } = {
  dns: [onlyFor('variables.redirectsDns', ...proxyMatches({ match: DNS_QUERIES, target: { zone: 1 } }))],
  invalid: [
    onlyFor(
      "variables.redirectsTcp && variables.config.redirect.dropInvalid == 'enabled'",
      one({ match: { isValid: true }, target: 'return' }),
      NOT_FOR_POD,
      skippedInterfaces('inInterface'),
      skippedPorts('tcp', 'variables.tcpPortTexts'),
      one({ match: { protocol: 'tcp', ends: false }, target: 'drop' }),
    ),
  ],
  inbound: [
    onlyFor(
      'variables.redirectsTcp || variables.redirectsUdp',
      NOT_FOR_POD,
      each(
        'variables.probeAliases',
        { match: { protocol: 'tcp', ports: PORT_RANGE }, target: TO_TARGET },
        { [SLOT.port]: 'string(e.alias)', [SLOT.target]: 'string(e.port)' },
      ),
      skippedInterfaces('inInterface'),
      onlyFor(
        'variables.redirectsTcp',
        skippedPorts('tcp', 'variables.tcpPortTexts'),
        one({ match: { protocol: 'tcp' }, target: TO_TARGET }, TCP_TARGET),
      ),
      onlyFor(
        'variables.redirectsUdp',
        skippedPorts('udp', 'variables.udpPortTexts'),
        one({ match: { protocol: 'udp' }, target: TO_TARGET }, UDP_TARGET),
      ),
    ),
  ],
  outbound: [
    onlyFor(
      'variables.redirectsOutbound || variables.redirectsDns',
      ...proxyMatches({ match: {}, target: 'return' }),
      one({ match: { outInterface: 'lo' }, target: 'return' }),
      skippedInterfaces('outInterface'),
      CIDRS,
      onlyFor(
        'variables.redirectsOutbound',
        skippedPorts('tcp', 'variables.outboundPortTexts'),
        one({ match: { protocol: 'tcp' }, target: TO_TARGET }, TCP_TARGET),
      ),
      onlyFor('variables.redirectsDns', one({ match: DNS_QUERIES, target: TO_TARGET }, UDP_TARGET)),
    ),
  ],
};

/** The chains, in the order of `redirectChains`. */
export const CHAIN_NAMES = ['dns', 'invalid', 'inbound', 'outbound'] as const satisfies readonly ChainName[];

/** The rules of a chain as texts: a CEL expression of a list. */
export function chainRules(name: ChainName, format: Format): string {
  return sequence(format, CHAINS[name]);
}
