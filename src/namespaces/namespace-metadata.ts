import { eventError } from '../cluster/api-error.js';
import type { NamespaceFacts } from '../core/decision/subject.js';
import { namespaceKeys, ownKeys } from '../core/pod/own-keys.js';
import { isObject, type JsonObject } from '../core/values/json.js';

/** What the injector keeps of a namespace: of the annotations and labels, only those that it reads. */
export interface NamespaceMetadata {
  readonly name: string;
  readonly resourceVersion: string;
  readonly facts: NamespaceFacts;
}

/** One page of a list. `continue` is empty on the last page. */
export interface NamespacePage {
  readonly resourceVersion: string;
  readonly continue: string;
  readonly items: readonly NamespaceMetadata[];
}

/** A watch event. A bookmark has no namespace: all changes up to its resource version have been sent. */
export type NamespaceEvent =
  | ({ readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' } & NamespaceMetadata)
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

/** Reads a Namespace or its PartialObjectMetadata. Throws on anything else. */
export function namespaceMetadata(object: unknown): NamespaceMetadata {
  const { name, annotations, labels } = metadataOf(object);
  if (typeof name !== 'string') throw new Error('the API server sent a namespace without a name');
  return {
    name,
    resourceVersion: resourceVersionOf(object),
    facts: { annotations: namespaceKeys(annotations), ...ownLabels(labels) },
  };
}

/** Left out if there are none, which is most of the time: a decision treats both alike. */
function ownLabels(labels: unknown): Pick<NamespaceFacts, 'labels'> {
  const own = ownKeys(labels);
  return Object.keys(own).length > 0 ? { labels: own } : {};
}

/** Reads a page of a NamespaceList or a PartialObjectMetadataList. Throws on anything else. */
export function namespacePage(list: unknown): NamespacePage {
  const { continue: token } = metadataOf(list);
  const { items } = list as { items?: unknown };
  if (!Array.isArray(items) && items !== null) throw new Error('the API server sent a list without items');
  return {
    resourceVersion: resourceVersionOf(list),
    continue: typeof token === 'string' ? token : '',
    // Go encodes an empty list as null.
    items: (items ?? []).map(namespaceMetadata),
  };
}

/**
 * Reads a metav1.WatchEvent (kubernetes.io/docs/reference/using-api/api-concepts/#watch-bookmarks). Throws the error of
 * an ERROR event, and on anything that is not an event.
 */
export function namespaceEvent(event: unknown): NamespaceEvent {
  const { type, object } = isObject(event) ? event : {};
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, ...namespaceMetadata(object) };
    case 'BOOKMARK':
      return { type, resourceVersion: resourceVersionOf(object) };
    case 'ERROR':
      throw eventError(object);
    default:
      throw new Error(`the API server sent a watch event of unknown type ${String(type)}`);
  }
}

/**
 * Whether `version` is later than `than`. The versions of one resource type are ordered as integers of any size
 * (kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions). Anything else is never later.
 */
export function isLater(version: string, than: string): boolean {
  return [version, than].every((each) => /^\d+$/.test(each)) && BigInt(version) > BigInt(than);
}

function resourceVersionOf(object: unknown): string {
  const { resourceVersion } = metadataOf(object);
  if (typeof resourceVersion !== 'string' || resourceVersion === '') {
    throw new Error('the API server sent an object without a resourceVersion');
  }
  return resourceVersion;
}

function metadataOf(object: unknown): JsonObject {
  const metadata = isObject(object) ? object.metadata : undefined;
  if (!isObject(metadata)) throw new Error('the API server sent an object without metadata');
  return metadata;
}
