import type { NamespaceFacts } from '../core/decision/subject.js';
import { isLater, type NamespaceEvent, type NamespaceMetadata } from './namespace-metadata.js';
import type { NamespaceList } from './namespace-requests.js';

/** The namespaces as of one resource version, updated by lists, watch events, and live lookups. */
export class NamespaceCache {
  #namespaces: Map<string, NamespaceMetadata> = new Map();
  #position: string | undefined;

  /** The resource version of the last change, from which a watch continues. Undefined if a list is needed. */
  get position(): string | undefined {
    return this.#position;
  }

  get(name: string): NamespaceFacts | undefined {
    return this.#namespaces.get(name)?.facts;
  }

  /** Requires a new list. The namespaces stay in use until {@link replace}. */
  expire(): void {
    this.#position = undefined;
  }

  /** Replaces everything: namespaces missing from the list have been deleted. */
  replace({ namespaces, resourceVersion }: NamespaceList): void {
    this.#namespaces = namespaces;
    this.#position = resourceVersion;
  }

  /** A watch may lag behind a live lookup: an event earlier than what is known of its namespace has no effect. */
  apply(event: NamespaceEvent): void {
    this.#position = event.resourceVersion;
    if (event.type === 'BOOKMARK') return;
    const { type, ...namespace } = event;
    const known = this.#namespaces.get(namespace.name);
    if (known !== undefined && isLater(known.resourceVersion, namespace.resourceVersion)) return;
    if (type === 'DELETED') this.#namespaces.delete(namespace.name);
    else this.#namespaces.set(namespace.name, namespace);
  }

  /**
   * Adds the result of a live lookup, but only if it is later than everything the watch has delivered. Then the watch
   * (or a new list) will still deliver whatever happened to the namespace since, including its deletion. An earlier
   * result may be about a namespace that was deleted during the lookup, and would never be removed.
   */
  add(namespace: NamespaceMetadata): void {
    if (this.#position === undefined || !isLater(namespace.resourceVersion, this.#position)) return;
    this.#namespaces.set(namespace.name, namespace);
  }
}
