import { MAX_INTERFACES } from '../../src/core/values/interfaces.js';
import { MAX_PARTS } from '../../src/core/values/value-type.js';

const list = (entry: (index: number) => string, length = MAX_PARTS) =>
  Array.from({ length }, (_, index) => entry(index)).join();
const ranges = list((index) => `${20_000 + 10 * index}-${20_005 + 10 * index}`);

/** The longest lists that annotations may have, with entries of maximum length. */
export const LONGEST = {
  'proxy-injection/outbound': 'enabled',
  'proxy-injection/skip-inbound-ports': ranges,
  'proxy-injection/skip-outbound-ports': ranges,
  'proxy-injection/skip-outbound-cidrs': list(
    (index) => `fd77:${(4096 + index).toString(16)}:1111:ffff:1234:5678:9abc:def0/128`,
  ),
  'proxy-injection/skip-interfaces': list((index) => `interface-${1000 + index}*`, MAX_INTERFACES),
} as const;
