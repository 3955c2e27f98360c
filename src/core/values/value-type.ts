import type { JsonObject } from './json.js';

/** What a setting or an annotation may hold. */
export interface ValueType<T> {
  /** Which values there are, as the end of the sentence "expected ...". */
  readonly expected: string;
  /** The value that a text stands for; undefined if it stands for none. */
  readonly parse: (text: string) => T | undefined;
  /** The same as a JSON schema, so far as one can say it. */
  readonly schema?: JsonObject;
}

/** One of a few words. */
export function choice<T extends string>(words: readonly T[]): ValueType<T> {
  return {
    expected: `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
    parse: (text) => words.find((word) => word === text),
    schema: { enum: words },
  };
}

/**
 * The rules of a Pod travel in an environment variable, which Linux limits to 128 KiB (execve(2), MAX_ARG_STRLEN), and go to the kernel
 * in one message, for which a Pod in a user namespace has no more room than net.core.wmem_default, 208 KiB: with 500 entries in
 * every list it is too long.
 */
export const MAX_PARTS = 300;

/** Parts with commas between them; an empty text is none. Undefined if any part is not what it should be, or there are too many. */
export function parseList<T>(
  text: string,
  parsePart: (part: string) => T | undefined,
): readonly T[] | undefined {
  if (text.trim() === '') return [];
  const parts = text.split(',');
  if (parts.length > MAX_PARTS) return undefined;
  const values = parts.map((part) => parsePart(part.trim()));
  return values.every((value) => value !== undefined) ? values : undefined;
}
