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
  /** The path object of the pattern itself, unless a wildcard matched. */
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
  const parts: { readonly [source in SubjectPart]: unknown } = { request, pod: object, namespace, settings };
  const facts: Fact[] = [];
  for (const pattern of patterns) {
    const before = facts.length;
    const { source, path } = pattern;
    collect(facts, pattern, parts[source], []);
    if (facts.length === before) facts.push({ source, path, value: undefined });
  }
  return facts;
}

/** Adds the facts of a pattern in a value, to which `keys` led: the first keys of the pattern, without wildcards. */
function collect(facts: Fact[], pattern: FieldPattern, value: unknown, keys: (string | number)[]): void {
  const { source, path } = pattern;
  const isPattern = keys.length === 0;
  let inner = value;
  for (let depth = keys.length; depth < path.length; depth += 1) {
    const key = path[depth] ?? '';
    if (key.endsWith('*')) {
      for (const [name, entry] of entries(key, inner)) collect(facts, pattern, entry, [...keys, name]);
      return;
    }
    if (!isObject(inner) || !Object.hasOwn(inner, key)) return;
    keys.push(key);
    inner = inner[key];
  }
  if (!isAbsent(inner)) facts.push({ source, path: isPattern ? path : keys, value: inner });
}

function entries(key: string, value: unknown): (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return key === '*' ? [...value.entries()] : [];
  if (!isObject(value)) return [];
  return Object.entries(value).filter(([name]) => name.startsWith(key.slice(0, -1)));
}
