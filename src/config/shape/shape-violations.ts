import { isObject, type JsonObject } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import type { ConfigViolation } from '../schema/config-violation.js';
import { isGiven } from './given.js';
import { ANY_FIELD, isList, isScalar, type ObjectShape, type Shape } from './shape.js';

/**
 * Checks a value against a shape. Null counts as missing; `nullEntryViolations` rejects it in lists. Unknown fields are
 * violations, because the API server would drop them silently; wrong types are, because it could not decode the Pod.
 */
export function shapeViolations(path: Path, value: unknown, shape: Shape): ConfigViolation[] {
  if (value === undefined || value === null) return [];
  if (isScalar(shape)) return shape.check(value) ? [] : [{ path, expected: shape.expected, given: value }];
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
    .filter((field) => !isGiven(value[field]));
  const wrong = Object.entries(value)
    .filter(([field]) => !missing.includes(field))
    .flatMap(([field, inner]) => {
      const innerShape = fields.get(field) ?? fields.get(ANY_FIELD);
      if (innerShape !== undefined) return shapeViolations([...path, field], inner, innerShape);
      const expected = `one of the fields ${[...fields.keys()].join(', ')}`;
      return [{ path: [...path, field], expected, given: field }];
    });
  return [
    ...missing.map((field) => ({ path: [...path, field], expected: 'a value', given: value[field] })),
    ...wrong,
  ];
}
