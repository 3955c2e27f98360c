import { originOf, type Sources } from '../../config/sources.js';
import type { NamespaceFacts } from '../../core/decision/subject.js';
import { valueAt } from '../../core/values/json.js';
import type { StringMap } from '../../core/values/shape.js';
import type { NamespaceManifest } from '../../manifests/document.js';
import type { ManifestFile } from '../../manifests/manifest-file.js';
import type { CliConfiguration } from './open-configuration.js';

/** The namespaces known without a cluster. A Namespace in the manifests overrides the setting `namespaces`. */
export class Namespaces {
  readonly #manifests: ReadonlyMap<string, NamespaceManifest>;
  readonly #settings: CliConfiguration['configuration']['namespaces'];
  readonly #sources: Sources;
  readonly #extraAnnotations: StringMap;

  /** `extraAnnotations` apply to every namespace and override all others. */
  constructor(
    manifests: readonly ManifestFile[],
    { configuration, sources }: CliConfiguration,
    extraAnnotations: StringMap,
  ) {
    this.#manifests = new Map(
      manifests.flatMap(({ namespaces }) => namespaces.map((namespace) => [namespace.name, namespace])),
    );
    this.#settings = configuration.namespaces;
    this.#sources = sources;
    this.#extraAnnotations = extraAnnotations;
  }

  /** The facts about a namespace; without annotations if it is unknown. */
  facts(name: string): NamespaceFacts {
    const known = this.#manifests.get(name) ?? this.#setting(name);
    return { annotations: { ...known?.annotations, ...this.#extraAnnotations } };
  }

  /** Why a missing annotation may exist in a cluster; undefined if the namespace is known. */
  whyUnknown(name: string): string | undefined {
    const known = this.#manifests.get(name) ?? this.#setting(name);
    return known === undefined ? `no Namespace ${name} in the input` : undefined;
  }

  /** Where an annotation of a namespace comes from. */
  origin(name: string, key: string): string {
    if (Object.hasOwn(this.#extraAnnotations, key)) return '--namespace-annotation';
    const manifest = this.#manifests.get(name);
    return manifest?.position(key) ?? originOf(['namespaces', name, 'annotations', key], this.#sources);
  }

  #setting(name: string): { readonly annotations?: StringMap } | undefined {
    return valueAt(this.#settings, [name]) as { readonly annotations?: StringMap } | undefined;
  }
}
