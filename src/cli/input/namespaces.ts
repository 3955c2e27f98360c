import { originOf, type Sources } from '../../config/sources/sources.js';
import type { NamespaceFacts } from '../../core/decision/subject.js';
import { valueAt } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import type { StringMap } from '../../core/values/shape.js';
import type { NamespaceManifest } from '../../manifests/document.js';
import type { ManifestFile } from '../../manifests/manifest-file.js';
import type { CliConfiguration } from './open-configuration.js';

/** Annotations and labels from the command line. */
interface ExtraMetadata {
  readonly annotations: StringMap;
  readonly labels: StringMap;
}

/**
 * The namespaces known without a cluster. A Namespace in the manifests overrides the setting `namespaces`, which has no
 * labels.
 */
export class Namespaces {
  readonly #manifests: ReadonlyMap<string, NamespaceManifest>;
  readonly #settings: CliConfiguration['configuration']['namespaces'];
  readonly #sources: Sources;
  readonly #extra: ExtraMetadata;

  /** `extra` applies to every namespace and overrides what it has. */
  constructor(
    manifests: readonly ManifestFile[],
    { configuration, sources }: CliConfiguration,
    extra: ExtraMetadata,
  ) {
    this.#manifests = new Map(
      manifests.flatMap(({ namespaces }) => namespaces.map((namespace) => [namespace.name, namespace])),
    );
    this.#settings = configuration.namespaces;
    this.#sources = sources;
    this.#extra = extra;
  }

  /** The facts about a namespace; without annotations if it is unknown. */
  facts(name: string): NamespaceFacts {
    const manifest = this.#manifests.get(name);
    const known = manifest ?? this.#setting(name);
    const { annotations, labels } = this.#extra;
    const isKnown = manifest !== undefined || Object.keys(labels).length > 0;
    return {
      annotations: { ...known?.annotations, ...annotations },
      labels: isKnown ? { ...manifest?.labels, ...labels } : undefined,
    };
  }

  /** Why a missing annotation or label may exist in a cluster; undefined if the namespace is known. */
  whyUnknown(name: string, path: Path): string | undefined {
    const isKnown =
      this.#manifests.has(name) ||
      (path[0] === 'annotations' ? this.#setting(name) : Object.keys(this.#extra.labels).length > 0);
    return isKnown ? undefined : `no Namespace ${name} in the input`;
  }

  /** Where an annotation or label of a namespace comes from. */
  origin(name: string, path: Path): string {
    const [field, key = ''] = path;
    if (field === 'annotations' && Object.hasOwn(this.#extra.annotations, key))
      return '--namespace-annotation';
    if (field === 'labels' && Object.hasOwn(this.#extra.labels, key)) return '--namespace-label';
    return (
      this.#manifests.get(name)?.position(path) ?? originOf(['namespaces', name, ...path], this.#sources)
    );
  }

  #setting(name: string): { readonly annotations?: StringMap } | undefined {
    return valueAt(this.#settings, [name]) as { readonly annotations?: StringMap } | undefined;
  }
}
