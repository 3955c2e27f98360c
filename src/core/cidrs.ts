import ipaddr from 'ipaddr.js';

/** A block of addresses; `cidr` is its canonical text. */
export interface Cidr {
  readonly family: 'ipv4' | 'ipv6';
  readonly cidr: string;
}

/** What {@link parseCidrs} takes, for error messages and docs. */
export const CIDRS_EXPECTED = 'CIDRs without host bits, such as 10.0.0.0/8,fd00::/8';

/** `10.0.0.0/8,fd00::/8` in the order given; an empty text is none; undefined if any part is not a CIDR or has host bits. */
export function parseCidrs(text: string): readonly Cidr[] | undefined {
  if (text.trim() === '') return [];
  const cidrs = text.split(',').map((part) => parseCidr(part.trim()));
  return cidrs.includes(undefined) ? undefined : (cidrs as Cidr[]);
}

function parseCidr(text: string): Cidr | undefined {
  const [address = '', prefix = '', more] = text.split('/');
  const four = ipaddr.IPv4.isValidFourPartDecimal(address);
  if (more !== undefined || !/^\d{1,3}$/.test(prefix) || address.includes('%')) return undefined;
  if (!four && !ipaddr.IPv6.isValid(address)) return undefined;
  const bits = Number(prefix);
  if (bits > (four ? 32 : 128)) return undefined;
  const network = (four ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(`${address}/${bits}`).toString();
  if (network !== ipaddr.parse(address).toString()) return undefined;
  return { family: four ? 'ipv4' : 'ipv6', cidr: `${network}/${bits}` };
}
