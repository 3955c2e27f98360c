import { isObject, type JsonObject } from '../core/json.js';

/** Small checks that the settings are put together from. */
export function text(value: unknown): value is string {
  return typeof value === 'string';
}

export function nonEmpty(value: unknown): value is string {
  return text(value) && value.trim() !== '';
}

export function oneOf(values: readonly string[]): (value: unknown) => boolean {
  return (value) => text(value) && values.includes(value);
}

/** A whole number from `least` to `most`: the check and what it expects. */
export function integer(
  least: number,
  most: number,
): { expected: string; check: (value: unknown) => boolean } {
  return {
    expected: `a whole number from ${least} to ${most}`,
    check: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}

export function listOf(check: (entry: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every(check);
}

export function mapOf(check: (entry: unknown) => boolean): (value: unknown) => boolean {
  return (value) => isObject(value) && Object.values(value).every(check);
}

export function atMost(keys: readonly string[], value: JsonObject): boolean {
  return Object.keys(value).every((key) => keys.includes(key));
}
