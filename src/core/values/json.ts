import type { Path } from './path.js';

/** A JSON object as `JSON.parse` gives it: keys such as `__proto__` and `constructor` are own properties. */
export type JsonObject = { readonly [key: string]: unknown };

/** True for `{...}`: not for null and not for a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value that a path leads to; undefined if it leads nowhere. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (Array.isArray(inner)) return inner[Number(key)];
    return isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined;
  }, value);
}

/** The JSON type of a value with its article, for error messages: `a string`, `a list`, `nothing`. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** How an error message shows what was given: JSON for texts, numbers and lists of those, at most 80 characters; else the type. */
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
