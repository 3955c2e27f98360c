import { text } from '../cel/literal.js';

/** A map with the members of two others; those of the second win. Both expressions should be short. */
export function merged(base: string, over: string): string {
  const both =
    `(${base}.map(k, k) + ${over}.map(k, k)).distinct()` +
    `.transformMapEntry(i, k, {k: dyn(k in ${over} ? ${over}[k] : ${base}[k])})`;
  return `${base}.size() == 0 ? dyn(${over}) : ${over}.size() == 0 ? dyn(${base}) : dyn(${both})`;
}

/** An optional value that is there only under a condition. */
export function onlyIf(condition: string, value: string): string {
  return `(${condition} ? optional.of(dyn(${value})) : optional.none())`;
}

/** A map whose values may have different types. The values of keys that start with a question mark are optional. */
export function mapOf(members: { readonly [key: string]: string }): string {
  const entries = Object.entries(members).map(([key, value]) =>
    key.startsWith('?') ? `?${text(key.slice(1))}: ${value}` : `${text(key)}: dyn(${value})`,
  );
  return `{${entries.join(', ')}}`;
}

/** A map without one of its keys. */
export function without(map: string, key: string): string {
  return `${map}.transformMap(k, v, k != ${text(key)}, dyn(v))`;
}
