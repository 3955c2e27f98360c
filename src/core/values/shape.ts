import { asObject, isAbsent, isObject, typeName } from './json.js';
import type { Violation } from './violation.js';

/**
 * Checks a JSON value and returns the first violation. A value without one is a `T`. Types are derived from shapes, so
 * a type never promises more than was checked. `given` is the type of the value, such as `a string` or `nothing`.
 */
export type Shape<T> = ((value: unknown) => Violation<string> | undefined) & { readonly type?: T };

/** The type of the values that pass a shape. */
export type TypeOf<S> = S extends { readonly type?: infer T } ? T : never;

type Fields = { readonly [field: string]: Shape<unknown> };
type OptionalKeys<F extends Fields> = {
  [K in keyof F]: undefined extends TypeOf<F[K]> ? K : never;
}[keyof F];
type ObjectOf<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: TypeOf<F[K]>;
} & { readonly [K in OptionalKeys<F>]?: TypeOf<F[K]> };

/** Annotations or labels. */
export type StringMap = { readonly [key: string]: string };

/** The members of a value that are strings; none if it is no object. */
export function stringsOf(value: unknown): StringMap {
  const strings = Object.entries(asObject(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(strings);
}

/** Any value. Its type stays `unknown`. */
export const anything: Shape<unknown> = () => undefined;

export const text: Shape<string> = (value) =>
  typeof value === 'string' ? undefined : wrong('a string', value);

export const stringMap: Shape<StringMap> = (value) => {
  if (!isObject(value)) return wrong('an object', value);
  for (const key of Object.keys(value)) {
    if (typeof value[key] !== 'string') return below(key, wrong('a string', value[key]));
  }
  return undefined;
};

/** Also accepts missing and null values: Go encodes nil as either. */
export function optional<T>(shape: Shape<T>): Shape<T | null | undefined> {
  return (value) => (isAbsent(value) ? undefined : shape(value));
}

export function list<T>(entry: Shape<T>): Shape<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) return wrong('a list', value);
    for (let index = 0; index < value.length; index += 1) {
      const violation = entry(value[index]);
      if (violation !== undefined) return below(index, violation);
    }
    return undefined;
  };
}

/** A non-empty list. `noun` names one entry in the message. */
export function nonEmptyList<T>(noun: string, entry: Shape<T>): Shape<readonly T[]> {
  const check = list(entry);
  return (value) => {
    const isEmpty = Array.isArray(value) && value.length === 0;
    return isEmpty ? { path: [], expected: `at least one ${noun}`, given: 'none' } : check(value);
  };
}

/** An object with these fields; others are not checked. `expected` names the object in the message. */
export function object<F extends Fields>(fields: F, expected = 'an object'): Shape<ObjectOf<F>> {
  const checks = Object.entries(fields).filter(([, shape]) => shape !== anything);
  return (value) => {
    if (!isObject(value)) return wrong(expected, value);
    for (const [field, shape] of checks) {
      const violation = shape(value[field]);
      if (violation !== undefined) return below(field, violation);
    }
    return undefined;
  };
}

function wrong(expected: string, given: unknown): Violation<string> {
  return { path: [], expected, given: typeName(given) };
}

function below(key: string | number, violation: Violation<string>): Violation<string> {
  return { ...violation, path: [key, ...violation.path] };
}
