import { originOf, type Sources } from '../../config/sources.js';
import type { NamespaceFacts } from '../../core/decision/subject.js';
import { valueAt } from '../../core/values/json.js';
import type { StringMap } from '../../core/values/shape.js';
import type { NamespaceManifest } from '../../manifests/document.js';
import type { ManifestFile } from '../../manifests/manifest-file.js';
import type { CliConfiguration } from './open-configuration.js';

/** What is known about namespaces without a cluster: a Namespace of the manifests goes before the setting `namespaces`. */
export class Namespaces {
  readonly #manifests: ReadonlyMap<string, NamespaceManifest>;
  readonly #settings: CliConfiguration['configuration']['namespaces'];
  readonly #sources: Sources;
  readonly #everywhere: StringMap;

  /** `everywhere` are annotations that each namespace has, whatever else is known about it. */
  constructor(
    manifests: readonly ManifestFile[],
    { configuration, sources }: CliConfiguration,
    everywhere: StringMap,
  ) {
    this.#manifests = new Map(
      manifests.flatMap(({ namespaces }) => namespaces.map((namespace) => [namespace.name, namespace])),
    );
    this.#settings = configuration.namespaces;
    this.#sources = sources;
    this.#everywhere = everywhere;
  }

  /** The facts about a namespace; one that nothing is known about has no annotations. */
  facts(name: string): NamespaceFacts {
    const known = this.#manifests.get(name) ?? this.#setting(name);
    return { annotations: { ...known?.annotations, ...this.#everywhere } };
  }

  /** Why an annotation that is missing may be there in a cluster; undefined where the namespace is known. */
  doubt(name: string): string | undefined {
    const known = this.#manifests.get(name) ?? this.#setting(name);
    return known === undefined ? `no Namespace ${name} in the input` : undefined;
  }

  /** Where an annotation of a namespace comes from. */
  origin(name: string, key: string): string {
    if (Object.hasOwn(this.#everywhere, key)) return '--namespace-annotation';
    const manifest = this.#manifests.get(name);
    return manifest?.position(key) ?? originOf(['namespaces', name, 'annotations', key], this.#sources);
  }

  #setting(name: string): { readonly annotations?: StringMap } | undefined {
    return valueAt(this.#settings, [name]) as { readonly annotations?: StringMap } | undefined;
  }
}
