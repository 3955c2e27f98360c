import type { NamespaceFacts } from '../../../core/decision/subject.js';
import { asObject, type JsonObject } from '../../../core/values/json.js';
import { pathText } from '../../../core/values/path.js';
import type { StringMap } from '../../../core/values/shape.js';
import { PRODUCT_VERSION } from '../../../core/version.js';
import { ClusterError } from '../../cluster-error.js';
import { OwnWebhooks, type WebhookConfiguration } from '../../selection/own-webhooks.js';
import type { Cluster } from '../cluster.js';
import { clusterConfiguration, doubtsAbout } from '../injector/cluster-configuration.js';
import { pullConfiguration } from '../injector/pulled-configuration.js';
import { RESOURCES } from '../resources.js';
import type { Present } from './pod-state.js';
import { readPolicySelection } from './policy-selection.js';

/** The injector in the cluster. */
export interface InjectorInCluster extends Omit<Present, 'namespaces' | 'webhooks'> {
  /** `deployment/proxy-injector -n proxy-injector` */
  readonly name: string | undefined;
  /** What could not be read, and what that leaves unknown. */
  readonly notes: readonly string[];
}

/** Reads what the injector of a cluster would do now. */
export async function readInjector(cluster: Cluster): Promise<InjectorInCluster> {
  try {
    const pulled = await pullConfiguration(cluster);
    const loaded = clusterConfiguration(pulled);
    const version = loaded.configuration.version ?? pulled.version;
    return {
      name: pulled.origin,
      injector: loaded.injector,
      version,
      knowsHash: pulled.unread.length === 0 && (version === undefined || version === PRODUCT_VERSION),
      notes: doubtsAbout(pulled, loaded),
    };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const why = `${error.message}; without the injector's configuration, it is unknown which Pods are stale`;
    return { name: undefined, injector: undefined, version: undefined, knowsHash: false, notes: [why] };
  }
}

/** Reads what else decides what the injector would do now, for the Pods of one namespace, or of all. */
export async function readPresent(
  cluster: Cluster,
  injector: Omit<Present, 'namespaces' | 'webhooks'>,
  namespace: string | undefined,
): Promise<{ readonly present: Present; readonly notes: readonly string[] }> {
  const { namespaces, notes } = await readNamespaces(cluster, namespace);
  const { webhooks, notes: ofWebhooks } = await readWebhooks(cluster);
  const isJudged = injector.injector !== undefined;
  return {
    present: { ...injector, namespaces, webhooks },
    notes: [...notes, ...(isJudged ? ofWebhooks : [])],
  };
}

/** Reads the webhook configurations of the injector. */
async function readWebhooks(cluster: Cluster) {
  const instead = "whether the webhook would be called is judged by the chart's selectors";
  const configurations: WebhookConfiguration[] = [];
  try {
    for (const object of await cluster.list(RESOURCES.webhookConfigurations, {})) {
      configurations.push({ name: String(asObject(object.metadata).name), object, position: pathText });
    }
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { webhooks: OwnWebhooks.NONE, notes: [`${error.message}; ${instead}`] };
  }
  const webhooks = await OwnWebhooks.open([...configurations, ...(await readPolicySelection(cluster))]);
  const isFound = webhooks !== OwnWebhooks.NONE;
  const none = `found neither a MutatingWebhookConfiguration nor a policy of the injector; ${instead}`;
  return { webhooks, notes: isFound ? [] : [none] };
}

/** Reads one namespace, or all. */
async function readNamespaces(
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
