import { isObject, type JsonObject } from '../../core/values/json.js';
import type { ValueType } from '../../core/values/value-type.js';

/** The valid values of a setting. */
export interface Expectation {
  /** Completes the sentence "expected ...". */
  readonly expected: string;
  readonly check: (value: unknown) => boolean;
  /** The same as JSON Schema, as far as JSON Schema can express it. */
  readonly schema?: JsonObject;
}

/** A string that the value type can parse. */
export function valueType({ expected, parse, schema }: ValueType<unknown>): Expectation {
  return {
    expected,
    check: (value) => text(value) && parse(value) !== undefined,
    ...(schema && { schema }),
  };
}

/** A comma-separated list that the value type can parse. The file may also have it as a YAML list. */
export function commaSeparated(type: ValueType<unknown>): Expectation & { readonly list: true } {
  return { ...valueType({ ...type, expected: `${type.expected}, also as a list` }), list: true };
}

/** A whole number from `min` to `max`, inclusive. */
export function integer(min: number, max: number): Expectation {
  return {
    expected: `a whole number from ${min} to ${max}`,
    check: (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
    schema: { type: 'integer', minimum: min, maximum: max },
  };
}

/** A word, or a value that meets another expectation, which is not about strings. */
export function orWord(word: string, other: Expectation): Expectation {
  const { type, ...schema } = other.schema ?? {};
  return {
    expected: `${other.expected}, or ${word}`,
    check: (value) => value === word || other.check(value),
    schema: { ...schema, type: [type, 'string'], pattern: `^${word}$` },
  };
}

/** A string, possibly empty. */
export function text(value: unknown): value is string {
  return typeof value === 'string';
}

/** A string that is not blank. */
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

/** Whether an object has no other keys than these. */
export function atMost(keys: readonly string[], value: JsonObject): boolean {
  return Object.keys(value).every((key) => keys.includes(key));
}
