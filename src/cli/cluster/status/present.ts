import type { NamespaceFacts } from '../../../core/decision/subject.js';
import { asObject, type JsonObject } from '../../../core/values/json.js';
import type { StringMap } from '../../../core/values/shape.js';
import { PRODUCT_VERSION } from '../../../core/version.js';
import { ClusterError } from '../../cluster-error.js';
import type { Cluster } from '../cluster.js';
import { clusterConfiguration, doubtsAbout } from '../injector/cluster-configuration.js';
import { pullConfiguration } from '../injector/pulled-configuration.js';
import { RESOURCES } from '../resources.js';
import type { Present } from './pod-state.js';

/** The injector in the cluster. */
export interface InjectorInCluster extends Omit<Present, 'namespaces'> {
  /** `deployment/proxy-injector -n proxy-injector` */
  readonly name: string | undefined;
  /** What could not be read, and what may therefore be wrong. */
  readonly notes: readonly string[];
}

/** Reads what the injector of a cluster would do now. */
export async function readInjector(cluster: Cluster): Promise<InjectorInCluster> {
  try {
    const pulled = await pullConfiguration(cluster);
    const loaded = clusterConfiguration(pulled);
    const labels = asObject(asObject(pulled.release.deployment.metadata).labels);
    const version = loaded.configuration.version ?? labels['app.kubernetes.io/version'];
    return {
      name: pulled.origin,
      injector: loaded.injector,
      version: typeof version === 'string' ? version : undefined,
      knowsHash: pulled.unread.length === 0 && (version === undefined || version === PRODUCT_VERSION),
      notes: doubtsAbout(pulled, loaded),
    };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const why = `${error.message}; without the injector's configuration, it is unknown which Pods are stale`;
    return { name: undefined, injector: undefined, version: undefined, knowsHash: false, notes: [why] };
  }
}

/** Reads one namespace, or all. */
export async function readNamespaces(
  cluster: Cluster,
  namespace: string | undefined,
): Promise<{ readonly namespaces: Map<string, NamespaceFacts>; readonly notes: readonly string[] }> {
  const namespaces = new Map<string, NamespaceFacts>();
  const add = (object: JsonObject) => {
    const { name, labels, annotations } = asObject(object.metadata);
    namespaces.set(String(name), {
      labels: asObject(labels) as StringMap,
      annotations: asObject(annotations) as StringMap,
    });
  };
  try {
    if (namespace !== undefined) add(await cluster.get(RESOURCES.namespaces, namespace));
    else {
      for await (const page of cluster.pages(RESOURCES.namespaces, { metadataOnly: true })) page.forEach(add);
    }
    return { namespaces, notes: [] };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const why = `${error.message}; without the labels of namespaces, it is unknown whether the webhook would be called`;
    return { namespaces, notes: [why] };
  }
}

/** Whether the rest of the cluster can still be read. */
export function isUnreadable(error: unknown): error is ClusterError {
  return error instanceof ClusterError && error.status !== undefined && error.status !== 401;
}
