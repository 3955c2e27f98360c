import { listSchema, parseList, type ValueType } from './value-type.js';

/**
 * The maximum number of names. Each is a rule of its own, in up to three chains. Next to the longest lists of ports and
 * CIDRs, 150 names are too many for one message of iptables-nft in a user namespace: see MAX_PARTS.
 */
export const MAX_INTERFACES = 50;

/** The longest name of a network interface: IFNAMSIZ of linux/if.h, without the byte that ends it. */
export const MAX_LENGTH = 15;

/** A name, or the start of one. The kernel allows more characters; no tool makes names with them. */
export const NAME_OR_START = /^[\w.-]+\*?$/;

/** `docker0,veth*`, in the order given. An empty text is an empty list. */
export const INTERFACES: ValueType<readonly string[]> = {
  expected: `at most ${MAX_INTERFACES} names of network interfaces (at most ${MAX_LENGTH} letters, digits, and _ . -), such as docker0,veth*`,
  parse: (text) => parseList(text, parseInterface, MAX_INTERFACES),
  schema: listSchema(`[\\w.-]{1,${MAX_LENGTH}}\\*?`),
};

function parseInterface(text: string): string | undefined {
  return NAME_OR_START.test(text) && text.length <= MAX_LENGTH ? text : undefined;
}
