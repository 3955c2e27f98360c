import { isObject, type JsonObject } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import { QUANTITY } from '../../core/values/quantity.js';
import { choice } from '../../core/values/value-type.js';
import type { ConfigViolation } from '../schema/config-violation.js';
import { type Expectation, integer, text, valueType } from '../schema/expectation.js';
import { ANY_FIELD, type ObjectShape, type ScalarShape, type Shape } from './shape.js';

/**
 * Checks a value against a shape. Null counts as missing; `nullEntryViolations` rejects it in lists. Unknown fields are
 * violations, because the API server would drop them silently; wrong types are, because it could not decode the Pod.
 */
export function shapeViolations(path: Path, value: unknown, shape: Shape): ConfigViolation[] {
  if (value === undefined || value === null) return [];
  if (typeof shape === 'string') return scalarViolations(path, value, shape);
  if (isList(shape)) {
    if (!Array.isArray(value)) return [{ path, expected: 'a list', given: value }];
    return value.flatMap((entry, index) => shapeViolations([...path, index], entry, shape[0]));
  }
  return isObject(value)
    ? objectViolations(path, value, shape)
    : [{ path, expected: 'an object', given: value }];
}

function objectViolations(path: Path, value: JsonObject, shape: ObjectShape): ConfigViolation[] {
  const fields = new Map(Object.entries(shape).map(([field, inner]) => [field.replace('!', ''), inner]));
  const missing = Object.keys(shape)
    .filter((field) => field.endsWith('!'))
    .map((field) => field.slice(0, -1))
    .filter((field) => value[field] === undefined || value[field] === null || value[field] === '')
    .map((field) => ({ path: [...path, field], expected: 'a value', given: value[field] }));
  const wrong = Object.entries(value).flatMap(([field, inner]) => {
    const innerShape = fields.get(field) ?? fields.get(ANY_FIELD);
    if (innerShape !== undefined) return shapeViolations([...path, field], inner, innerShape);
    return [
      {
        path: [...path, field],
        expected: `one of the fields ${[...fields.keys()].join(', ')}`,
        given: field,
      },
    ];
  });
  return [...missing, ...wrong];
}

function scalarViolations(path: Path, given: unknown, shape: ScalarShape): ConfigViolation[] {
  const { expected, check } = SCALARS[shape];
  return check(given) ? [] : [{ path, expected, given }];
}

const PORT = integer(1, 65535);

/** The protocol of a core/v1 ContainerPort. */
const PROTOCOL = choice(['TCP', 'UDP', 'SCTP']);
const PORT_NAME = /^(?=.*[a-z])(?!.*--)[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?$/;
const TEXT = { type: 'string' } as const;

/** The valid values of each scalar shape. */
export const SCALARS: { readonly [shape in ScalarShape]: Expectation } = {
  'a string': { expected: 'a string (quote it)', check: text, schema: TEXT },
  'a whole number': { expected: 'a whole number', check: Number.isInteger, schema: { type: 'integer' } },
  'a count': integer(0, 2 ** 31 - 1),
  'a boolean': {
    expected: 'true or false',
    check: (value) => typeof value === 'boolean',
    schema: { type: 'boolean' },
  },
  'a port': PORT,
  'a port or its name': {
    expected: `${PORT.expected}, or a port name`,
    check: (value) => PORT.check(value) || text(value),
    schema: { anyOf: [PORT.schema, TEXT] },
  },
  'a port name': {
    expected: 'a port name of at most 15 lowercase letters, digits, and hyphens',
    check: (value) => text(value) && PORT_NAME.test(value),
    schema: { ...TEXT, pattern: '^[a-z0-9-]{1,15}$' },
  },
  'a relative path': {
    expected: 'a relative path without ..',
    check: (value) => text(value) && !value.startsWith('/') && !value.split('/').includes('..'),
    schema: { ...TEXT, pattern: '^([^/]|$)' },
  },
  'a protocol': valueType(PROTOCOL),
  'a scheme': valueType(choice(['HTTP', 'HTTPS'])),
  'a profile type': valueType(choice(['RuntimeDefault', 'Unconfined', 'Localhost'])),
  'a mount propagation': valueType(choice(['None', 'HostToContainer', 'Bidirectional'])),
  'a recursive read-only mode': valueType(choice(['Disabled', 'IfPossible', 'Enabled'])),
  'a resize policy': valueType(choice(['NotRequired', 'RestartContainer'])),
  'a termination message policy': valueType(choice(['File', 'FallbackToLogsOnError'])),
  'a proc mount': valueType(choice(['Default', 'Unmasked'])),
  'a user or group': integer(0, 2 ** 31 - 1),
  'a capability': {
    expected: 'a capability without the prefix CAP_, such as NET_RAW',
    check: (value) => text(value) && /^(?!CAP_)[A-Z_]+$/.test(value),
    schema: { ...TEXT, pattern: '^[A-Z_]+$', not: { pattern: '^CAP_' } },
  },
  'a quantity': {
    expected: QUANTITY.expected,
    check: (value) => QUANTITY.parse(String(value)) !== undefined,
    schema: { type: ['string', 'number'] },
  },
};

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}
