import { isAbsent, isObject } from '../values/json.js';
import type { Subject } from './subject.js';

/** The part of a subject that a fact comes from. */
export type SubjectPart = 'request' | 'pod' | 'namespace' | 'settings';

/**
 * Where a rule reads: a path below a part of the subject. A key that ends in `*` matches every key with that prefix; a
 * `*` alone also matches every index.
 */
export interface FieldPattern {
  readonly source: SubjectPart;
  readonly path: readonly string[];
}

/** One value that a rule read; undefined if the field is missing. */
export interface Fact {
  readonly source: SubjectPart;
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** A field of the request. */
export function inRequest(field: string): FieldPattern {
  return { source: 'request', path: [field] };
}

/** A field of the Pod. Without a path, the Pod itself. */
export function inPod(...path: readonly string[]): FieldPattern {
  return { source: 'pod', path };
}

/** An annotation of the Pod. */
export function podAnnotation(key: string): FieldPattern {
  return inPod('metadata', 'annotations', key);
}

/** A label of the Pod. */
export function podLabel(key: string): FieldPattern {
  return inPod('metadata', 'labels', key);
}

/** An annotation of the namespace. */
export function namespaceAnnotation(key: string): FieldPattern {
  return { source: 'namespace', path: ['annotations', key] };
}

/** A label of the namespace. */
export function namespaceLabel(key: string): FieldPattern {
  return { source: 'namespace', path: ['labels', key] };
}

/** A setting. */
export function setting(...path: readonly string[]): FieldPattern {
  return { source: 'settings', path };
}

/** For each pattern the matching values in document order, or one fact without a value if nothing matches. */
export function factsIn(subject: Subject, patterns: readonly FieldPattern[]): Fact[] {
  const { request, object, namespace, settings } = subject;
  return patterns.flatMap((pattern) => readFacts(pattern, { request, pod: object, namespace, settings }));
}

function readFacts(
  { source, path }: FieldPattern,
  parts: { readonly [source in SubjectPart]: unknown },
): Fact[] {
  const found = expand(path, parts[source]).map((fact) => ({ source, ...fact }));
  return found.length > 0 ? found : [{ source, path, value: undefined }];
}

function expand(path: readonly string[], value: unknown, parents: Fact['path'] = []): Omit<Fact, 'source'>[] {
  const keys = [...parents];
  let inner = value;
  for (const key of path.slice(parents.length)) {
    if (key.endsWith('*')) {
      return entries(key, inner).flatMap(([name, entry]) => expand(path, entry, [...keys, name]));
    }
    if (!isObject(inner) || !Object.hasOwn(inner, key)) return [];
    keys.push(key);
    inner = inner[key];
  }
  return isAbsent(inner) ? [] : [{ path: keys, value: inner }];
}

function entries(key: string, value: unknown): (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return key === '*' ? [...value.entries()] : [];
  if (!isObject(value)) return [];
  return Object.entries(value).filter(([name]) => name.startsWith(key.slice(0, -1)));
}
