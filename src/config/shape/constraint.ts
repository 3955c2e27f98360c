import { asObject, isAbsent, isObject, type JsonObject } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import type { ConfigViolation } from '../schema/config-violation.js';
import { isGiven } from './given.js';

/** Checks how the fields of an object relate to each other, or the entries of a list. Paths are relative to it. */
export type Constraint = (value: unknown) => ConfigViolation[];

/** Constraints by the place of what they check: a dotted path, in which `*` stands for each entry of a list. */
export interface Constraints {
  readonly [place: string]: readonly Constraint[];
}

/** The violations of all constraints. Places that do not exist, or that are null, violate none. */
export function constraintViolations(root: unknown, constraints: Constraints): ConfigViolation[] {
  return Object.entries(constraints).flatMap(([place, checks]) =>
    located(root, place === '' ? [] : place.split('.')).flatMap(({ path, value }) =>
      checks
        .flatMap((check) => check(value))
        .map((violation) => ({ ...violation, path: [...path, ...violation.path] })),
    ),
  );
}

interface Located {
  readonly path: Path;
  readonly value: unknown;
}

function located(value: unknown, [key, ...rest]: readonly string[], path: Path = []): Located[] {
  if (isAbsent(value)) return [];
  if (key === undefined) return [{ path, value }];
  if (key !== '*')
    return isObject(value) && Object.hasOwn(value, key) ? located(value[key], rest, [...path, key]) : [];
  return Array.isArray(value) ? value.flatMap((entry, index) => located(entry, rest, [...path, index])) : [];
}

/** A constraint on an object. */
export function onObject(check: (value: JsonObject) => ConfigViolation[]): Constraint {
  return (value) => (isObject(value) ? check(value) : []);
}

/** A constraint on a list of objects. */
export function onList(check: (entries: readonly JsonObject[]) => ConfigViolation[]): Constraint {
  return (value) => (Array.isArray(value) ? check(value.map(asObject)) : []);
}

/** Exactly one of the fields is set. */
export function exactlyOne(...fields: string[]): Constraint {
  return onObject((value) => {
    const given = fields.filter((field) => isGiven(value[field]));
    if (given.length === 1) return [];
    const expected = `exactly one of ${fields.join(', ')}`;
    return [{ path: [], expected, given: given.length === 0 ? undefined : given }];
  });
}

/** At most one of the fields is set. */
export function atMostOne(...fields: string[]): Constraint {
  return onObject((value) => {
    const given = fields.filter((field) => isGiven(value[field]));
    return given.length <= 1 ? [] : [{ path: [], expected: `at most one of ${fields.join(', ')}`, given }];
  });
}

/** A field is set if the condition holds. `reason` completes "a value". */
export function required(field: string, reason: string, when: (value: JsonObject) => boolean): Constraint {
  return onObject((value) => {
    if (isGiven(value[field]) || !when(value)) return [];
    return [{ path: [field], expected: `a value (${reason})`, given: value[field] }];
  });
}

/** A field is not set if the condition holds. `reason` completes "no value". */
export function unset(
  field: string,
  reason: string,
  when: (value: JsonObject) => boolean = () => true,
): Constraint {
  return onObject((value) => {
    const given = value[field];
    return isGiven(given) && when(value) ? [{ path: [field], expected: `no value (${reason})`, given }] : [];
  });
}

/** No two entries of a list have the same value of a field. `key` is undefined for entries that may repeat. */
export function unique(
  field: string,
  key: (entry: JsonObject) => unknown = (entry) => entry[field],
): Constraint {
  return onList((entries) => {
    const seen = new Set<unknown>();
    return entries.flatMap((entry, index) => {
      const value = key(entry);
      if (isAbsent(value) || !seen.has(value)) {
        seen.add(value);
        return [];
      }
      return [{ path: [index, field], expected: `a unique ${field}`, given: entry[field] }];
    });
  });
}
