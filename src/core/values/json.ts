import type { Path } from './path.js';

/** A JSON object as `JSON.parse` returns it: keys such as `__proto__` and `constructor` are own properties. */
export type JsonObject = { readonly [key: string]: unknown };

/** True for `{...}`; false for null and lists. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for undefined and null. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** The value if it is an object, otherwise an empty one. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The value if it is a list, otherwise an empty one. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value at a path; undefined if the path does not exist. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (Array.isArray(inner)) return inner[Number(key)];
    return isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined;
  }, value);
}

/**
 * A copy with another value at a path. `undefined` removes the value. Missing objects on the path are created;
 * everything off the path is shared with the original.
 */
export function withValue(root: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (Array.isArray(root)) return root.with(Number(part), withValue(root[Number(part)], rest, value));
  const object = asObject(root);
  const inner = withValue(Object.hasOwn(object, part) ? object[part] : undefined, rest, value);
  if (inner !== undefined) return { ...object, [part]: inner };
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== part));
}

/**
 * A copy without the members that are null, at every depth: null means that a field is not set, but Go may decode it to
 * another value than its default. Null entries of lists stay, because the others would move.
 */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(members.map(([key, inner]) => [key, withoutNulls(inner)]));
}

/** The paths of the null entries of lists, at every depth. */
export function nullEntries(value: unknown, path: Path = []): Path[] {
  if (value === null) return typeof path.at(-1) === 'number' ? [path] : [];
  if (typeof value !== 'object') return [];
  const entries: (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([key, inner]) => nullEntries(inner, [...path, key]));
}

/** The JSON type of a value with its article, for error messages: `a string`, `a list`, `nothing`. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/**
 * A value as error messages show it: strings, numbers, booleans, and lists of them as JSON, cut to 80 characters;
 * anything else as its type.
 */
export function shown(value: unknown): string {
  const text =
    isPlain(value) || (Array.isArray(value) && value.every(isPlain))
      ? JSON.stringify(value)
      : typeName(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
