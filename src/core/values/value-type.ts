import type { JsonObject } from './json.js';

/** The valid values of a setting or an annotation. */
export interface ValueType<T> {
  /** The valid values, completing the sentence "expected ...". */
  readonly expected: string;
  /** Parses a text; undefined if it is invalid. */
  readonly parse: (text: string) => T | undefined;
  /** The same as JSON Schema, as far as JSON Schema can express it. */
  readonly schema?: JsonObject;
}

/** One word of a fixed set. */
export function choice<T extends string>(words: readonly T[]): ValueType<T> {
  return {
    expected: `${words.slice(0, -1).join(', ')}${words.length > 2 ? ',' : ''} or ${words.at(-1)}`,
    parse: (text) => words.find((word) => word === text),
    schema: { enum: words },
  };
}

/**
 * The maximum number of entries in a list. The redirect rules of a Pod travel in an environment variable, which Linux
 * limits to 128 KiB (execve(2), MAX_ARG_STRLEN). They reach the kernel in one message, which in a user namespace is
 * limited to net.core.wmem_default, 208 KiB. With 500 entries in every list, they exceed that.
 */
export const MAX_PARTS = 300;

/** The JSON Schema of a comma-separated list, by a pattern of its parts. */
export function listSchema(part: string): JsonObject {
  return { pattern: `^\\s*(?:${part}(?:\\s*,\\s*${part})*)?\\s*$` };
}

/**
 * Parses a comma-separated list. An empty text is an empty list. Undefined if a part is invalid or there are too many.
 */
export function parseList<T>(
  text: string,
  parsePart: (part: string) => T | undefined,
  maxParts = MAX_PARTS,
): readonly T[] | undefined {
  if (text.trim() === '') return [];
  const parts = text.split(',');
  if (parts.length > maxParts) return undefined;
  const values = parts.map((part) => parsePart(part.trim()));
  return values.every((value) => value !== undefined) ? values : undefined;
}
