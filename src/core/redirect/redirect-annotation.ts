import { isObject, type JsonObject, shown, typeName } from '../values/json.js';
import { pathText } from '../values/path.js';
import type { Violation } from '../values/violation.js';
import type { Redirect } from './redirect.js';
import { REDIRECT_FIELDS, type RedirectField } from './redirect-fields.js';

/** More than the longest lists of every field need. */
const MAX_CHARACTERS = 64 * 1024;

const FIELDS = Object.entries(REDIRECT_FIELDS) as [keyof Redirect, RedirectField<unknown>][];

/** How much of a field's name a message shows. */
const MAX_PATH = 80;

/** How many violations a message names. */
const MAX_NAMED = 5;

/** A redirect that cannot be read. */
export class RedirectError extends Error {
  /**
   * The message has a sentence for each of the first violations: `tcpPort: expected a whole number from 1 to 65535, got
   * "http"`
   */
  constructor(violations: readonly Violation<string>[]) {
    const named = violations.slice(0, MAX_NAMED).map(violationText);
    const others = violations.length - named.length;
    super([...named, ...(others > 0 ? [`and ${others} more`] : [])].join('; '));
  }
}

/**
 * A redirect as one line of JSON, which the webhook writes on a Pod and the agent reads. Fields that are false or empty
 * are left out: an agent of another version understands it as long as it knows the fields that a Pod uses.
 */
export function redirectText(redirect: Redirect): string {
  return JSON.stringify(
    Object.fromEntries(FIELDS.map(([name, { write }]) => [name, write(redirect[name])] as const)),
  );
}

/**
 * Reads what {@link redirectText} wrote. Anyone may have written the text, so whatever it would not write is an error,
 * except for another order of the fields and spaces in lists. Throws a {@link RedirectError} with all violations.
 */
export function parseRedirect(text: string): Redirect {
  const given = parseObject(text);
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(REDIRECT_FIELDS, key));
  const violations: Violation<string>[] = unknown.map((key) => ({
    path: [key],
    expected: 'no such field',
    given: shown(given[key]),
  }));
  const entries = FIELDS.map(([name, { absent, expected, read }]) => {
    const value = Object.hasOwn(given, name) ? read(given[name]) : absent;
    if (value === undefined) violations.push({ path: [name], expected, given: shown(given[name]) });
    return [name, value] as const;
  });
  if (violations.length > 0) throw new RedirectError(violations);
  return Object.fromEntries(entries) as unknown as Redirect;
}

function parseObject(text: string): JsonObject {
  if (text.length > MAX_CHARACTERS) {
    throw invalid(`at most ${MAX_CHARACTERS} characters`, String(text.length));
  }
  let value: unknown;
  let again: string;
  try {
    value = JSON.parse(text);
    again = JSON.stringify(value); // throws if the value is nested too deeply
  } catch {
    throw invalid('a JSON object', shown(text));
  }
  if (!isObject(value)) throw invalid('a JSON object', typeName(value));
  // JSON.parse keeps the last of several members with the same key.
  if (again !== text) {
    throw invalid('JSON as JSON.stringify writes it: without spaces and duplicate keys', shown(text));
  }
  return value;
}

function invalid(expected: string, given: string): RedirectError {
  return new RedirectError([{ path: [], expected, given }]);
}

function violationText({ path, expected, given }: Violation<string>): string {
  return `${pathText(path).slice(0, MAX_PATH) || 'redirect'}: expected ${expected}, got ${given}`;
}
