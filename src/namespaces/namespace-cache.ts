import type { NamespaceFacts } from '../core/decision/subject.js';
import { isLater, type NamespaceEvent, type NamespaceMetadata } from './namespace-metadata.js';
import type { NamespaceList } from './namespace-requests.js';

/** The namespaces as of one resource version, kept up by lists, watch events and live answers. */
export class NamespaceCache {
  #namespaces: Map<string, NamespaceFacts> = new Map();
  #position: string | undefined;

  /** The resource version up to which everything has arrived, and a watch goes on from; undefined when a list is due. */
  get position(): string | undefined {
    return this.#position;
  }

  get(name: string): NamespaceFacts | undefined {
    return this.#namespaces.get(name);
  }

  /** Makes a list due; what is there serves until it comes. */
  expire(): void {
    this.#position = undefined;
  }

  /** Namespaces that are not in the list were deleted. */
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
   * Takes the answer of a live lookup, but only if it is later than everything that the watch has delivered: then whatever
   * happened to the namespace since is still to come from the watch (or a new list replaces all), its deletion too. An
   * earlier answer is about a namespace that was deleted while we asked; to keep it would be to keep it for ever.
   */
  add({ name, resourceVersion, facts }: NamespaceMetadata): void {
    if (this.#position === undefined || !isLater(resourceVersion, this.#position)) return;
    this.#namespaces.set(name, facts);
  }
}
