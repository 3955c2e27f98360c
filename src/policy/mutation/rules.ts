import { restoreText } from '../../core/redirect/iptables.js';
import { nftText } from '../../core/redirect/nftables.js';
import { type ChainName, FAMILIES, type Family, type RedirectRule } from '../../core/redirect/redirect.js';
import { text } from '../cel/literal.js';

/**
 * What stands in a rule for a value that only the evaluation of a policy knows. The renderings of the core print each
 * as it is, so that no text of a rule exists twice. None is part of another, or of a rule.
 */
export const SLOT = {
  uid: 101_001,
  gid: 101_002,
  port: 102_001,
  target: 102_002,
  name: 'slot',
  cidr: 'slot',
} as const;

/** The CEL expression of the value for each slot that a rule has. */
export type Slots = { readonly [slot: string | number]: string };

/** The formats of rules: see `RuleTool`. */
export const FORMATS = ['nft', ...FAMILIES] as const;
export type Format = (typeof FORMATS)[number];

/** The line of a rule without its chain, as a CEL expression of a text. */
export function line(rule: RedirectRule, format: Format, slots: Slots = {}): string {
  const whole = format === 'nft' ? nftLine(rule) : restoreLine(rule, format);
  const keys = Object.keys(slots);
  const parts = keys.length === 0 ? [whole] : whole.split(new RegExp(`(${keys.join('|')})`));
  return parts
    .filter((part) => part !== '')
    .map((part) => slots[part] ?? text(part))
    .join(' + ');
}

/** How a chain starts for iptables: its table, its declaration, the jump to it, and what its rules begin with. */
export function chainHead(name: ChainName) {
  const [table = '', declaration = '', jump = '', rule = ''] = restoreLines(name, ANY, 'ipv4');
  return { table, declaration, jump, prefix: rule.split(' ').slice(0, 2).join(' ') };
}

/** How a chain starts for nft. */
export function nftChainHead(name: ChainName): string {
  const [, , , ...lines] = nftText([{ name, rules: [] }], { ipv6: true }).split('\n');
  return `${lines.slice(0, 2).join('\n')}\n`;
}

/** How the text for nft starts. */
export function nftHead(ipv6: boolean): string {
  return `${nftText([], { ipv6 }).split('\n').slice(0, 3).join('\n')}\n`;
}

const ANY: RedirectRule = { match: {}, target: 'return' };

function nftLine(rule: RedirectRule): string {
  const text = nftText([{ name: 'inbound', rules: [rule] }], { ipv6: true });
  return text.trimEnd().split('\n').at(-3)?.trim() ?? '';
}

function restoreLine(rule: RedirectRule, family: Family): string {
  const [, , , text = ''] = restoreLines('inbound', rule, family);
  return text.split(' ').slice(2).join(' ');
}

function restoreLines(name: ChainName, rule: RedirectRule, family: Family): string[] {
  return restoreText([{ name, rules: [rule] }], family).split('\n');
}
