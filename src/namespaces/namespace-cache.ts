import type { NamespaceFacts } from '../core/decision/subject.js';
import { isLater, type NamespaceEvent, type NamespaceMetadata } from './namespace-metadata.js';
import type { NamespaceList } from './namespace-requests.js';

/** The namespaces as of one resource version, updated by lists, watch events, and live lookups. */
export class NamespaceCache {
  #namespaces: Map<string, NamespaceFacts> = new Map();
  #position: string | undefined;

  /** The resource version of the last change, from which a watch continues. Undefined if a list is needed. */
  get position(): string | undefined {
    return this.#position;
  }

  get(name: string): NamespaceFacts | undefined {
    return this.#namespaces.get(name);
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

  apply(event: NamespaceEvent): void {
    if (event.type === 'DELETED') this.#namespaces.delete(event.name);
    else if (event.type !== 'BOOKMARK') this.#namespaces.set(event.name, event.facts);
    this.#position = event.resourceVersion;
  }

  /**
   * Adds the result of a live lookup, but only if it is later than everything the watch has delivered. Then the watch
   * (or a new list) will still deliver whatever happened to the namespace since, including its deletion. An earlier
   * result may be about a namespace that was deleted during the lookup, and would never be removed.
   */
  add({ name, resourceVersion, facts }: NamespaceMetadata): void {
    if (this.#position === undefined || !isLater(resourceVersion, this.#position)) return;
    this.#namespaces.set(name, facts);
  }
}
