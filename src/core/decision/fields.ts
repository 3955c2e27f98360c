import { isObject, type JsonObject } from '../values/json.js';

/** Which part of a subject a fact is in. */
export type Source = 'request' | 'pod' | 'namespace' | 'settings';

/** Where a rule looks: a path below a part of the subject. A `*` in a key stands for any text, and alone for any index too. */
export interface Place {
  readonly source: Source;
  readonly path: readonly string[];
}

/** One value that a rule looked at; undefined where there is none. */
export interface Fact {
  readonly source: Source;
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** A field of the request. */
export function inRequest(field: string): Place {
  return { source: 'request', path: [field] };
}

/** A field of the Pod; the object itself without a path. */
export function inPod(...path: readonly string[]): Place {
  return { source: 'pod', path };
}

/** An annotation of the Pod. */
export function podAnnotation(key: string): Place {
  return inPod('metadata', 'annotations', key);
}

/** An annotation of the namespace. */
export function namespaceAnnotation(key: string): Place {
  return { source: 'namespace', path: ['annotations', key] };
}

/** A setting of the configuration. */
export function setting(...path: readonly string[]): Place {
  return { source: 'settings', path };
}

/** The values at a place, in the order of the subject; one fact without a value where there are none. */
export function factsAt({ source, path }: Place, parts: { readonly [source in Source]: unknown }): Fact[] {
  const found = expand([], path, parts[source]).map((fact) => ({ source, ...fact }));
  return found.length > 0 ? found : [{ source, path, value: undefined }];
}

function expand(
  parents: Fact['path'],
  [key, ...rest]: readonly string[],
  value: unknown,
): Omit<Fact, 'source'>[] {
  if (value === undefined || value === null) return [];
  if (key === undefined) return [{ path: parents, value }];
  return entries(key, value).flatMap(([name, inner]) => expand([...parents, name], rest, inner));
}

function entries(key: string, value: unknown): (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return key === '*' ? [...value.entries()] : [];
  if (!isObject(value)) return [];
  if (key.endsWith('*')) return Object.entries(value).filter(([name]) => name.startsWith(key.slice(0, -1)));
  return Object.hasOwn(value, key) ? [[key, (value as JsonObject)[key]]] : [];
}
