import { isObject, type JsonObject } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';

/** A copy with another value at a path, or without what is there if that is undefined; shares all else. */
export function withValue(whole: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (Array.isArray(whole)) return whole.with(Number(part), withValue(whole[Number(part)], rest, value));
  const object: JsonObject = isObject(whole) ? whole : {};
  const inner = withValue(Object.hasOwn(object, part) ? object[part] : undefined, rest, value);
  if (inner !== undefined) return { ...object, [part]: inner };
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== part));
}
