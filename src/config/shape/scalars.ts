import { DNS_LABEL } from '../../core/values/dns-label.js';
import { QUANTITY as QUANTITY_TYPE } from '../../core/values/quantity.js';
import { choice } from '../../core/values/value-type.js';
import { type Expectation, integer, text, valueType } from '../schema/expectation.js';

/** The largest int32 of Go, in which most numbers of the API are stored. */
export const MAX_INT32 = 2 ** 31 - 1;

export const TEXT: Expectation = {
  expected: 'a string (quote it)',
  check: text,
  schema: { type: 'string' },
};

export const FLAG: Expectation = {
  expected: 'true or false',
  check: (value) => typeof value === 'boolean',
  schema: { type: 'boolean' },
};

export const COUNT = integer(0, MAX_INT32);
export const POSITIVE = integer(1, MAX_INT32);
export const PORT = integer(1, 65535);

export const QUANTITY: Expectation = {
  expected: QUANTITY_TYPE.expected,
  check: (value) => QUANTITY_TYPE.parse(String(value)) !== undefined,
  schema: { type: ['string', 'number'] },
};

/** One of the words. */
export function word(...words: string[]): Expectation {
  return valueType(choice(words));
}

/** A string that matches the pattern. Helm, which evaluates the schema, knows no lookaheads. */
export function pattern(expected: string, regexp: RegExp): Expectation {
  const { source } = regexp;
  return {
    expected,
    check: (value) => text(value) && regexp.test(value),
    schema: { type: 'string', ...(!/\(\?[=!]/.test(source) && { pattern: source }) },
  };
}

/** The same, or an empty string. */
export function orEmpty({ expected, check }: Expectation): Expectation {
  return {
    expected: `${expected}, or ""`,
    check: (value) => value === '' || check(value),
    schema: { type: 'string' },
  };
}

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = '[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*';

/** What follows the prefix in the key of a label, or stands for itself as its value. */
const NAME = '[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?';

/** The name of a volume. */
export const LABEL_NAME = pattern('a name of lowercase letters, digits, and hyphens', DNS_LABEL);

/** The name of most objects. */
export const OBJECT_NAME = pattern(
  'a name of lowercase letters, digits, hyphens, and dots',
  new RegExp(`^(?=.{1,253}$)${DOMAIN}$`),
);

/** The key of a label, annotation, or resource, optionally with the prefix of its owner. */
export const QUALIFIED = `((?=[^/]{1,253}/)${DOMAIN}/)?${NAME}`;
export const QUALIFIED_NAME = new RegExp(`^${QUALIFIED}$`);

export const LABEL_KEY = pattern('a valid label key', QUALIFIED_NAME);
export const LABEL_VALUE = pattern('a valid label value', new RegExp(`^(${NAME})?$`));

/** The key of a ConfigMap or Secret. */
export const DATA_KEY = pattern(
  'a key of letters, digits, hyphens, underscores, and dots',
  /^(?!\.\.)(?!\.$)[A-Za-z0-9._-]{1,253}$/,
);

/** Kubernetes before 1.34 allows fewer characters. */
export const VARIABLE = pattern('a name of printable ASCII characters without =', /^[ -<>-~]+$/);

export const PORT_NAME: Expectation = {
  ...pattern(
    'a port name of at most 15 lowercase letters, digits, and hyphens',
    /^(?=.*[a-z])(?!.*--)[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/,
  ),
  schema: { type: 'string', pattern: '^[a-z0-9-]{1,15}$' },
};
export const PORT_OR_NAME: Expectation = {
  expected: `${PORT.expected}, or a port name`,
  check: (value) => PORT.check(value) || PORT_NAME.check(value),
  schema: { anyOf: [PORT.schema, PORT_NAME.schema] },
};

/** A path without the element `..`. */
export const PATH = path('a path without ..', () => true);
export const ABSOLUTE_PATH = pattern('an absolute path', /^\//);
const RELATIVE = { pattern: '^([^/]|$)' };
export const RELATIVE_PATH = path('a relative path without ..', (text) => !text.startsWith('/'), RELATIVE);

/** The path of a file in a volume. A name that starts with two dots is reserved for the kubelet. */
export const FILE_PATH = path(
  'a relative path without .., which does not start with two dots',
  (text) => !text.startsWith('/') && !text.startsWith('..'),
  RELATIVE,
);

export const FILE_MODE: Expectation = {
  ...integer(0, 0o777),
  expected: 'a file mode from 0 to 511 (0o777)',
};

export const HEADER_NAME = pattern('the name of an HTTP header', /^[A-Za-z0-9-]+$/);
export const USER_OR_GROUP = integer(0, MAX_INT32);

export const CAPABILITY: Expectation = {
  expected: 'a capability without the prefix CAP_, such as NET_RAW',
  check: (value) => text(value) && /^(?!CAP_)[A-Z_]+$/.test(value),
  schema: { type: 'string', pattern: '^[A-Z_]+$', not: { pattern: '^CAP_' } },
};

/** A signer of certificates, as `domain/path`. */
export const SIGNER = pattern(
  'a signer, such as example.com/signer',
  new RegExp(`^(?=[^/]{1,253}/)${LABEL}(\\.${LABEL})+/(?=.{1,253}$)${DOMAIN}$`),
);

function path(expected: string, check: (path: string) => boolean, schema = {}): Expectation {
  return {
    expected,
    check: (value) => text(value) && check(value) && !value.split('/').includes('..'),
    schema: { type: 'string', ...schema },
  };
}
