import { isAbsent, isObject, type JsonObject } from '../../core/values/json.js';

/**
 * A JSON value as a CEL literal. Members that are absent or null are left out, and the rest is in the order of the
 * keys. Each member and entry has the type `dyn`, because Kubernetes rejects literals of mixed types.
 */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return list(value.map((entry) => dyn(literal(entry))));
  if (!isObject(value)) return JSON.stringify(value);
  return map(presentMembers(value).map(([key, member]) => [key, dyn(literal(member))]));
}

/** The members of an object that are neither absent nor null, in the order of the keys. */
export function presentMembers(object: JsonObject): [key: string, member: unknown][] {
  return Object.entries(object)
    .filter(([, member]) => !isAbsent(member))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** An expression whose type is not checked until it is evaluated. */
export function dyn(expression: string): string {
  return `dyn(${expression})`;
}

/** A text as a CEL literal, which has the escapes of JSON. */
export function text(value: string): string {
  return JSON.stringify(value);
}

/** What stands between entries, and between members. */
export const SEPARATOR = ', ';

/** A list of expressions. */
export function list(entries: readonly string[]): string {
  return `[${entries.join(SEPARATOR)}]`;
}

/** A list of texts. */
export function texts(values: readonly string[]): string {
  return list(values.map(text));
}

/** A map of expressions by key. */
export function map(members: readonly (readonly [key: string, expression: string])[]): string {
  return `{${members.map(([key, expression]) => `${text(key)}: ${expression}`).join(', ')}}`;
}

/** A map of optional expressions by key. Those without a value are left out. */
export function optionalMap(members: readonly (readonly [key: string, expression: string])[]): string {
  return `{${members.map(([key, expression]) => `?${text(key)}: ${expression}`).join(', ')}}`;
}
