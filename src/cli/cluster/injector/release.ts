import { asList, asObject, isObject, type JsonObject } from '../../../core/values/json.js';
import { ClusterError } from '../../cluster-error.js';
import type { Cluster } from '../cluster.js';
import { RESOURCES } from '../resources.js';

/** An injector in a cluster, installed with the chart or like it. */
export interface Release {
  readonly namespace: string;
  /** The MutatingWebhookConfiguration. */
  readonly webhooks: JsonObject;
  readonly service: JsonObject;
  readonly deployment: JsonObject;
  /** The injector's container in the Pod template of the Deployment. */
  readonly container: JsonObject;
}

/** The Service that a webhook calls. */
export interface ServiceReference {
  readonly name: string;
  readonly namespace: string;
}

/**
 * Finds the injector of a cluster: from its MutatingWebhookConfiguration to the Service and the Deployment. Throws a
 * `ClusterError` if there is none, or several.
 */
export async function findRelease(cluster: Cluster): Promise<Release> {
  const { webhooks, service } = await findWebhooks(cluster);
  const { name, namespace } = service;
  const object = await cluster.get(RESOURCES.services, name, namespace);
  const selector = Object.entries(asObject(asObject(object.spec).selector));
  const deployments = await cluster.list(RESOURCES.deployments, { namespace });
  const deployment = deployments.find((each) => {
    const labels = asObject(asObject(templateOf(each).metadata).labels);
    return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
  });
  const container = deployment && injectorContainer(deployment);
  if (deployment === undefined || container === undefined) {
    throw new ClusterError(
      `service/${name} -n ${namespace}: expected a Deployment of the injector behind it`,
    );
  }
  return { namespace, webhooks, service: object, deployment, container };
}

/** `deployment/proxy-injector -n proxy-injector`, as kubectl accepts it. */
export function releaseLabel({ deployment, namespace }: Pick<Release, 'deployment' | 'namespace'>): string {
  return `deployment/${String(asObject(deployment.metadata).name)} -n ${namespace}`;
}

async function findWebhooks(cluster: Cluster) {
  const found: { webhooks: JsonObject; service: ServiceReference }[] = [];
  for await (const page of cluster.pages(RESOURCES.webhookConfigurations, {})) {
    for (const webhooks of page) {
      const service = asList(webhooks.webhooks).map(serviceOfOurs).find(isObject);
      if (service !== undefined) found.push({ webhooks, service });
    }
  }
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  const names = found.map(({ webhooks }) => String(asObject(webhooks.metadata).name));
  const given = names.length === 0 ? 'found none' : `found ${names.join(', ')}`;
  throw new ClusterError(`expected one MutatingWebhookConfiguration of the injector, ${given}`);
}

/** Whether a MutatingWebhookConfiguration is that of an injector. */
export function isOwnConfiguration({ webhooks }: JsonObject): boolean {
  return asList(webhooks).some((webhook) => serviceOfOurs(webhook) !== undefined);
}

/**
 * The Service that a webhook of an injector calls; undefined for other webhooks. The chart names its webhooks after the
 * Service; labels could be those of anything.
 */
export function serviceOfOurs(webhook: unknown): ServiceReference | undefined {
  const { name, clientConfig } = asObject(webhook);
  const { name: service, namespace, path } = asObject(asObject(clientConfig).service);
  if (typeof service !== 'string' || typeof namespace !== 'string' || path !== '/mutate') return undefined;
  const isOurs = [`namespaces.${service}.${namespace}.svc`, `pods.${service}.${namespace}.svc`].includes(
    String(name),
  );
  return isOurs ? { name: service, namespace } : undefined;
}

function injectorContainer(deployment: JsonObject): JsonObject | undefined {
  const containers = asList(asObject(templateOf(deployment).spec).containers).map(asObject);
  return containers.find(({ name }) => name === 'injector') ?? containers[0];
}

function templateOf(deployment: JsonObject): JsonObject {
  return asObject(asObject(deployment.spec).template);
}
