import { isObject, type JsonObject } from '../../core/values/json.js';
import type { ValueType } from '../../core/values/value-type.js';

/** What a setting expects and how that is checked. */
export interface Expectation {
  readonly expected: string;
  readonly check: (value: unknown) => boolean;
  /** The same as a JSON schema, so far as one can say it. */
  readonly schema?: JsonObject;
}

/** A text that stands for a value of the type. */
export function valueType({ expected, parse, schema }: ValueType<unknown>): Expectation {
  return {
    expected,
    check: (value) => text(value) && parse(value) !== undefined,
    ...(schema && { schema }),
  };
}

/** A whole number from `least` to `most`. */
export function integer(least: number, most: number): Expectation {
  return {
    expected: `a whole number from ${least} to ${most}`,
    check: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
    schema: { type: 'integer', minimum: least, maximum: most },
  };
}

/** A string, be it empty. */
export function text(value: unknown): value is string {
  return typeof value === 'string';
}

/** A string with more than white space in it. */
export function nonEmpty(value: unknown): value is string {
  return text(value) && value.trim() !== '';
}

/** A list whose entries all pass. */
export function listOf(check: (entry: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every(check);
}

/** A map whose values all pass. */
export function mapOf(check: (entry: unknown) => boolean): (value: unknown) => boolean {
  return (value) => isObject(value) && Object.values(value).every(check);
}

/** No keys but these. */
export function atMost(keys: readonly string[], value: JsonObject): boolean {
  return Object.keys(value).every((key) => keys.includes(key));
}
