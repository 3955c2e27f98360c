import { asList, asObject, type JsonObject } from '../../core/values/json.js';
import { ClusterError } from '../cluster-error.js';
import type { Cluster } from './cluster.js';
import { RESOURCES } from './resources.js';

/** An object that a user manages, or one of those it owns. */
export interface ObjectReference {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

/** The kinds that stand between Pods and what users manage. */
const BETWEEN = { ReplicaSet: RESOURCES.replicaSets, Job: RESOURCES.jobs } as const;

/** In kubectl's notation: `deployment/web`. */
export function referenceText({ kind, name }: ObjectReference): string {
  return `${kind.toLowerCase()}/${name}`;
}

/** Unique among objects. */
export function referenceKey({ namespace, kind, name }: ObjectReference): string {
  return `${namespace}/${kind}/${name}`;
}

/** The controller of an object; the object itself if it has none. */
export function controllerOf(object: JsonObject, kind: string): ObjectReference {
  const { namespace, name, ownerReferences } = asObject(object.metadata);
  const owner = asList(ownerReferences)
    .map(asObject)
    .find(({ controller }) => controller === true);
  return {
    namespace: String(namespace),
    kind: String(owner?.kind ?? kind),
    name: String(owner?.name ?? name),
  };
}

/** Finds the workloads of the controllers of Pods: the Deployment of a ReplicaSet, the CronJob of a Job. */
export class Owners {
  readonly #parents = new Map<string, ObjectReference>();

  /** The workload that an object belongs to. */
  workload(reference: ObjectReference): ObjectReference {
    return this.#parents.get(referenceKey(reference)) ?? reference;
  }

  /**
   * Looks up the workloads of controllers, with one list per kind. Returns an error for each kind that could not be
   * listed. Deployments are then guessed by the names of their ReplicaSets.
   */
  async find(
    cluster: Cluster,
    references: readonly ObjectReference[],
    namespace?: string,
  ): Promise<ClusterError[]> {
    const errors: ClusterError[] = [];
    for (const [kind, resource] of Object.entries(BETWEEN)) {
      const wanted = new Map(
        references.filter((each) => each.kind === kind).map((each) => [referenceKey(each), each]),
      );
      if (wanted.size === 0) continue;
      try {
        for await (const page of cluster.pages(resource, { namespace, metadataOnly: true })) {
          for (const object of page) {
            const { namespace, name } = asObject(object.metadata);
            const key = referenceKey({ namespace: String(namespace), kind, name: String(name) });
            if (wanted.has(key)) this.#parents.set(key, controllerOf(object, kind));
          }
        }
      } catch (error) {
        if (!(error instanceof ClusterError) || error.status === undefined) throw error;
        errors.push(error);
        for (const [key, reference] of wanted) this.#guess(key, reference);
      }
    }
    return errors;
  }

  /** A Deployment names its ReplicaSets after itself, with a hash. */
  #guess(key: string, { namespace, kind, name }: ObjectReference): void {
    const deployment = /^(.+)-[bcdf-hj-np-tv-xz2-9]{1,10}$/.exec(name)?.[1];
    if (kind !== 'ReplicaSet' || deployment === undefined) return;
    this.#parents.set(key, { namespace, kind: 'Deployment', name: deployment });
  }
}
