/** A JSON object as `JSON.parse` gives it: keys such as `__proto__` and `constructor` are own properties. */
export type JsonObject = { readonly [key: string]: unknown };

/** True for `{...}`: not for null and not for a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON type of a value with its article, for error messages: `a string`, `a list`, `nothing`. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** How an error message shows what was given: JSON, at most 80 characters. */
export function shown(value: unknown): string {
  const text =
    typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value) : typeName(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
