import { isObject, valueAt, withValue } from '../core/values/json.js';
import type { Path } from '../core/values/path.js';

/** The maps of strings that are read. */
const STRING_MAPS: readonly Path[] = [
  ['metadata', 'annotations'],
  ['metadata', 'labels'],
  ['spec', 'nodeSelector'],
];

/** Reads null values in maps of strings as empty strings, as Go does: `annotations: {team: }`. */
export function withoutNullStrings<T>(object: T): T {
  return STRING_MAPS.reduce<T>((result, path) => {
    const map = valueAt(result, path);
    if (!isObject(map) || !Object.values(map).includes(null)) return result;
    const strings = Object.fromEntries(Object.entries(map).map(([key, value]) => [key, value ?? '']));
    return withValue(result, path, strings) as T;
  }, object);
}
