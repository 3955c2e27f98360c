import { asObject } from '../values/json.js';
import type { StringMap } from '../values/shape.js';
import { PREFIX, SUPPLEMENTAL_GROUPS, TOGGLE, UID_RANGE } from './annotations.js';

/** Overrides with the longest valid values, lists of 300 CIDRs and ports, need less. */
const MAX_CHARACTERS = 32 * 1024;

/** Several times as many as there are keys. */
const MAX_KEYS = 64;

/** The value of a key for which there is no room. It is no valid value of any key. */
const TOO_LONG = '(too long)';

const NONE: StringMap = {};

/** Annotations of others that the injector reads on namespaces. */
const FOREIGN_KEYS: readonly string[] = [UID_RANGE, SUPPLEMENTAL_GROUPS];

/** The annotations of a namespace that the injector reads, bounded like {@link ownKeys}. */
export function namespaceKeys(annotations: unknown): StringMap {
  return bounded(annotations, (key) => isOwn(key) || FOREIGN_KEYS.includes(key));
}

/**
 * The annotations or labels with the injector's keys, misspelled ones included, without all others. What is returned is
 * bounded, whatever the owner of the object writes: beyond 32 Ki characters, values are replaced by `(too long)`, and
 * only the first 64 keys are kept.
 */
export function ownKeys(map: unknown): StringMap {
  return bounded(map, isOwn);
}

function isOwn(key: string): boolean {
  return key === TOGGLE || key.startsWith(PREFIX);
}

function bounded(map: unknown, isKept: (key: string) => boolean): StringMap {
  const keys = Object.keys(asObject(map)).filter(isKept);
  if (keys.length === 0) return NONE;
  let room = MAX_CHARACTERS;
  return Object.fromEntries(
    keys.slice(0, MAX_KEYS).map((key) => {
      const value = String(asObject(map)[key]);
      room -= key.length + value.length;
      return [key, room < 0 ? TOO_LONG : value];
    }),
  );
}
