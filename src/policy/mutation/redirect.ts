import { RULES_VARIABLES } from '../../core/pod/container-names.js';
import { DNS_PORT } from '../../core/redirect/redirect.js';
import { parts } from '../cel/expressions.js';
import { text } from '../cel/literal.js';
import type { Variable } from '../program.js';
import { appliedOverride, portRanges } from '../variables/overrides.js';
import { CHAIN_NAMES, chainRules } from './chains.js';
import { chainHead, FORMATS, type Format, nftChainHead, nftHead } from './rules.js';

/** The redirect of a Pod, with the overrides applied. */
export const REDIRECT_VARIABLES: readonly Variable[] = [
  { name: 'skipOutboundPorts', expression: portRanges('skip-outbound-ports', 'redirect.skipOutboundPorts') },
  { name: 'skipInterfaces', expression: parts(listed('skip-interfaces', 'skipInterfaces')) },
  {
    name: 'skipOutboundCidrs',
    expression: `${parts(listed('skip-outbound-cidrs', 'skipOutboundCidrs'))}.map(c, cidr(c))`,
  },
  { name: 'redirectsTcp', expression: isEnabled('inboundTcp') },
  { name: 'redirectsUdp', expression: isEnabled('inboundUdp') },
  { name: 'redirectsIpv6', expression: isEnabled('ipv6') },
  { name: 'ipv4Cidrs', expression: cidrs(4) },
  { name: 'ipv6Cidrs', expression: `!variables.redirectsIpv6 ? [] : ${cidrs(6)}` },
  {
    name: 'redirectsOutbound',
    expression: `${appliedOverride('outbound')}.orValue(string(variables.config.redirect.outbound)) == 'enabled'`,
  },
  {
    name: 'redirectsDns',
    expression: `${isEnabled('dns')} && !${covers('variables.skipOutboundPorts', String(DNS_PORT))}`,
  },
  { name: 'skippedTcpPorts', expression: inboundPorts('TCP') },
  { name: 'skippedUdpPorts', expression: inboundPorts('UDP') },
  { name: 'tcpPortTexts', expression: texts('variables.skippedTcpPorts') },
  { name: 'udpPortTexts', expression: texts('variables.skippedUdpPorts') },
  { name: 'outboundPortTexts', expression: texts('variables.skipOutboundPorts') },
];

/** The redirect rules, as `rulesetOf` of the core renders them. */
export const CHAIN_VARIABLES: readonly Variable[] = [
  ...FORMATS.flatMap((format) =>
    CHAIN_NAMES.map((name) => ({ name: chainVariable(name, format), expression: chainRules(name, format) })),
  ),
  {
    name: rulesVariable('nft'),
    expression: [
      `(variables.redirectsIpv6 ? ${text(nftHead(true))} : ${text(nftHead(false))})`,
      ...CHAIN_NAMES.map(nftChain),
      text('}\n'),
    ].join('\n+ '),
  },
  { name: rulesVariable('ipv4'), expression: restoreTables('ipv4') },
  {
    name: rulesVariable('ipv6'),
    // The families differ in CIDRs only.
    expression: `variables.skipOutboundCidrs.size() == 0 ? variables.${rulesVariable('ipv4')} : ${restoreTables('ipv6')}`,
  },
  {
    name: 'rulesEnv',
    expression:
      `[${env(RULES_VARIABLES.nft, 'nft')}, ${env(RULES_VARIABLES.iptables, 'ipv4')}]` +
      ` + (variables.redirectsIpv6 ? [${env(RULES_VARIABLES.ip6tables, 'ipv6')}] : [])`,
  },
];

/** Whether a list of ranges includes a port. */
export function covers(list: string, port: string): string {
  return `${list}.exists(r, r[0] <= ${port} && ${port} <= r[r.size() - 1])`;
}

function listed(override: string, setting: string): string {
  return `${appliedOverride(override)}.orValue(string(variables.config.redirect.${setting}))`;
}

/** Ranges as texts. */
function texts(list: string): string {
  return `${list}.map(r, r.distinct().map(n, string(n)).join('-'))`;
}

function cidrs(family: number): string {
  return `variables.skipOutboundCidrs.filter(c, c.ip().family() == ${family}).map(c, string(c))`;
}

function isEnabled(setting: string): string {
  return `variables.config.redirect.${setting} == 'enabled'`;
}

/** The inbound ports that are not redirected: those that the proxy serves itself, and skipped ones. */
function inboundPorts(protocol: string): string {
  return (
    'variables.config.proxy.container.?ports.orValue([])' +
    `.filter(p, p.?protocol.orValue('TCP') == '${protocol}').map(p, [p.containerPort])` +
    ' + variables.skipInboundPorts'
  );
}

function nftChain(name: (typeof CHAIN_NAMES)[number]): string {
  const lines = `variables.${chainVariable(name, 'nft')}`;
  return `(${lines}.size() == 0 ? '' : ${text(nftChainHead(name))} + ${linesText(lines, '    ')} + '  }\\n')`;
}

/** The tables that have rules, in the order of `restoreText` of the core. */
function restoreTables(format: Format): string {
  const tables = [...new Set(CHAIN_NAMES.map((name) => chainHead(name).table))];
  return tables.map((table) => restoreTable(table, format)).join('\n+ ');
}

function restoreTable(table: string, format: Format): string {
  const names = CHAIN_NAMES.filter((name) => chainHead(name).table === table);
  const lines = (name: (typeof names)[number]) => `variables.${chainVariable(name, format)}`;
  const head = (name: (typeof names)[number], key: 'declaration' | 'jump') =>
    `(${lines(name)}.size() == 0 ? '' : ${text(`${chainHead(name)[key]}\n`)})`;
  const lists = [
    text(`${table}\n`),
    ...names.map((name) => head(name, 'declaration')),
    ...names.map((name) => head(name, 'jump')),
    ...names.map(
      (name) => `(${lines(name)}.size() == 0 ? '' : ${linesText(lines(name), `${chainHead(name).prefix} `)})`,
    ),
    text('COMMIT\n'),
  ];
  const count = names.map((name) => `${lines(name)}.size()`).join(' + ');
  return `(${count} == 0 ? '' : ${lists.join(' + ')})`;
}

/** The lines of a list that is not empty, each after a prefix. */
function linesText(lines: string, prefix: string): string {
  return `${text(prefix)} + ${lines}.join(${text(`\n${prefix}`)}) + '\\n'`;
}

function chainVariable(name: string, format: Format): string {
  return `${name}_${format}`;
}

function rulesVariable(format: Format): string {
  return `${format}Rules`;
}

function env(name: string, format: Format): string {
  return `{'name': dyn(${text(name)}), 'value': dyn(variables.${rulesVariable(format)})}`;
}
