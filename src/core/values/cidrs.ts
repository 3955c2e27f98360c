import ipaddr from 'ipaddr.js';
import { listSchema, MAX_PARTS, parseList, type ValueType } from './value-type.js';

/** An address range; `cidr` is its canonical text. */
export interface Cidr {
  readonly family: 'ipv4' | 'ipv6';
  readonly cidr: string;
}

/** `10.0.0.0/8,fd00::/8`, in the order given. An empty text is an empty list. */
export const CIDRS: ValueType<readonly Cidr[]> = {
  expected: `at most ${MAX_PARTS} CIDRs without host bits, such as 10.0.0.0/8,fd00::/8 (no IPv4-mapped ones)`,
  parse: (text) => parseList(text, parseCidr),
  schema: listSchema('[\\da-fA-F:.]+/(?:0|[1-9]\\d{0,2})'),
};

function parseCidr(text: string): Cidr | undefined {
  const [given = '', prefix = '', more] = text.split('/');
  // The library takes `::10.0.0.0` for `::ffff:10.0.0.0`.
  const address = given.replace(/^::(?=\d+\.)/, '0::');
  const four = ipaddr.IPv4.isValidFourPartDecimal(address);
  // Go, and so a policy in CEL, takes no prefix with leading zeros.
  if (more !== undefined || !/^(?:0|[1-9]\d{0,2})$/.test(prefix) || address.includes('%')) return undefined;
  if (!four && !ipaddr.IPv6.isValid(address)) return undefined;
  const bits = Number(prefix);
  if (bits > (four ? 32 : 128)) return undefined;
  // The tools disagree on what `::ffff:10.0.0.0/104` means. No packet of IPv6 has such an address.
  if (!four && ipaddr.IPv6.parse(address).isIPv4MappedAddress()) return undefined;
  const network = (four ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(`${address}/${bits}`).toString();
  if (network !== ipaddr.parse(address).toString()) return undefined;
  return { family: four ? 'ipv4' : 'ipv6', cidr: `${network}/${bits}` };
}
