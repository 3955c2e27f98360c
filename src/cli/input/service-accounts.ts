import type { Injected } from '../../core/decision/decision.js';
import type { Injector } from '../../core/injector.js';
import type { PatchOperation } from '../../core/patch/patch.js';
import { PatchCache } from '../../core/patch-cache.js';
import type { PodAdditions } from '../../core/settings/settings.js';
import { asObject } from '../../core/values/json.js';
import type { ManifestFile } from '../../manifests/manifest-file.js';
import type { Candidate } from './candidate.js';

/** The patch of a Pod, and what else its owner should know. */
export interface OfflinePatch {
  readonly operations: readonly PatchOperation[];
  readonly warnings: readonly string[];
}

/**
 * The ServiceAccounts of the input. In a cluster, the API server adds the pull secrets of a Pod's ServiceAccount before
 * it calls the webhook, but only to a Pod that has none
 * (kubernetes.io/docs/tasks/configure-pod-container/configure-service-account). A manifest that gets pull secrets from
 * the injector must therefore name those of the ServiceAccount, too.
 */
export class ServiceAccounts {
  readonly #manifests: readonly ManifestFile[];
  readonly #namespace: string;
  readonly #patches = new PatchCache<readonly PatchOperation[]>();
  #pullSecrets: ReadonlyMap<string, PodAdditions['imagePullSecrets']> | undefined;

  /** `namespace` is that of ServiceAccounts that name none. */
  constructor(manifests: readonly ManifestFile[], namespace = 'default') {
    this.#manifests = manifests;
    this.#namespace = namespace;
  }

  /**
   * The patch of a candidate that is injected, with the pull secrets of its ServiceAccount if the cluster adds none.
   */
  patch(decision: Injected, candidate: Candidate, injector: Injector): OfflinePatch {
    const isComplete = candidate.isReview || (decision.pod.spec.imagePullSecrets ?? []).length > 0;
    if (isComplete || injector.settings.pod.imagePullSecrets.length === 0) {
      const operations = this.#patches.get(injector.patchKey(decision), () => injector.patch(decision));
      return { operations, warnings: [] };
    }
    const name = serviceAccountOf(candidate.object);
    const inherited = this.#of(candidate.request.namespace, name);
    const warnings =
      inherited === undefined
        ? [
            `the API server will not add the pull secrets of ServiceAccount ${name}, which is not in the input`,
          ]
        : [];
    return { operations: injector.patch(decision, inherited), warnings };
  }

  #of(namespace: string, name: string): PodAdditions['imagePullSecrets'] | undefined {
    this.#pullSecrets ??= new Map(
      this.#manifests
        .flatMap(({ serviceAccounts }) => serviceAccounts)
        .map((each) => [`${each.namespace ?? this.#namespace}/${each.name}`, each.imagePullSecrets]),
    );
    return this.#pullSecrets.get(`${namespace}/${name}`);
  }
}

/** `serviceAccount` is the deprecated name of the field. */
function serviceAccountOf(pod: unknown): string {
  const { serviceAccountName, serviceAccount } = asObject(asObject(pod).spec);
  return String(serviceAccountName || serviceAccount || 'default');
}
