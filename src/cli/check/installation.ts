import { asObject } from '../../core/values/json.js';
import type { Cluster } from '../cluster/cluster.js';
import { isInjecting } from '../cluster/injector/injecting-policy.js';
import { isOwnConfiguration } from '../cluster/injector/release.js';
import { RESOURCES } from '../cluster/resources.js';
import { labelSelectorOf } from '../cluster/workload-reference.js';
import { ClusterError } from '../cluster-error.js';
import { asWebhooks, bindingsOf } from '../selection/guard-bindings.js';
import type { KubernetesObject, Webhook } from './kubernetes-object.js';
import { NoInjector } from './no-injector.js';
import { type Replica, readReplica } from './replica.js';

/** The injector in a cluster. Reads each thing once, and only if a check needs it. */
export class Installation {
  readonly #read = new Map<string, Promise<unknown>>();

  constructor(
    readonly cluster: Cluster,
    /** The namespace of the user, in which to try a Pod first. */
    readonly namespace: string,
  ) {}

  /** All MutatingWebhookConfigurations. */
  webhookConfigurations(): Promise<KubernetesObject[]> {
    return this.#once('webhookConfigurations', () => this.#list(RESOURCES.webhookConfigurations, {}));
  }

  /** The webhook configuration of the injector; the first if there are several. Throws `NoInjector`. */
  async webhookConfiguration(): Promise<KubernetesObject & { readonly webhooks: readonly Webhook[] }> {
    const ours = (await this.webhookConfigurations()).filter(isOwnConfiguration);
    const [first] = ours;
    if (first === undefined) throw new NoInjector();
    return first as KubernetesObject & { readonly webhooks: readonly Webhook[] };
  }

  /**
   * What selects the Pods that get a proxy: the webhook configuration, or without one, the policy that injects, in the
   * form of a webhook configuration. Throws `NoInjector`.
   */
  async selecting(): Promise<KubernetesObject> {
    const ours = (await this.webhookConfigurations()).filter(isOwnConfiguration);
    const policy = ours.length > 0 ? undefined : await this.injectingPolicy();
    if (policy === undefined) return this.webhookConfiguration();
    const bindings = await this.policies('mutatingPolicyBindings');
    return { metadata: policy.metadata, ...asWebhooks(policy, bindingsOf(policy.metadata.name, bindings)) };
  }

  /** The policy that injects without a webhook; the first if there are several. Undefined if there is none. */
  async injectingPolicy(): Promise<KubernetesObject | undefined> {
    return (await this.policies('mutatingPolicies')).find(isInjecting);
  }

  /** All policies or bindings of a kind. None if this version of Kubernetes does not have the kind. */
  policies(
    kind: 'mutatingPolicies' | 'mutatingPolicyBindings' | 'validatingPolicies' | 'validatingPolicyBindings',
  ): Promise<KubernetesObject[]> {
    return this.#once(kind, async () => {
      try {
        return await this.#list(RESOURCES[kind], {});
      } catch (error) {
        if (error instanceof ClusterError && error.isNotFound) return [];
        throw error;
      }
    });
  }

  /** The Service that the API server calls, by its name and namespace. */
  async service(): Promise<{ readonly name: string; readonly namespace: string; readonly port: number }> {
    const { webhooks } = await this.webhookConfiguration();
    const service = webhooks[0]?.clientConfig.service;
    if (service === undefined) throw new NoInjector();
    return { port: 443, ...service };
  }

  /** All namespaces, except those that are being deleted, which accept no Pods. */
  namespaces(): Promise<KubernetesObject[]> {
    return this.#once('namespaces', async () => {
      const namespaces = await this.#list(RESOURCES.namespaces, {});
      return namespaces.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    });
  }

  /** The Pods behind the Service, in any phase. */
  pods(): Promise<KubernetesObject[]> {
    return this.#once('pods', async () => {
      const { name, namespace } = await this.service();
      const service = await this.cluster.get(RESOURCES.services, name, namespace);
      const labelSelector = labelSelectorOf(asObject(service.spec).selector);
      if (labelSelector === undefined) return []; // its endpoints are made by hand
      const pods = await this.#list(RESOURCES.pods, { namespace, labelSelector });
      return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    });
  }

  /** The running Pods, with what their management ports report. */
  replicas(): Promise<Replica[]> {
    return this.#once('replicas', async () => {
      const running = (await this.pods()).filter(({ status }) => asObject(status).phase === 'Running');
      return Promise.all(running.map((pod) => readReplica(this.cluster, pod)));
    });
  }

  async #list(...[resource, options]: Parameters<Cluster['list']>): Promise<KubernetesObject[]> {
    return (await this.cluster.list(resource, options)) as unknown as KubernetesObject[];
  }

  #once<T>(name: string, read: () => Promise<T>): Promise<T> {
    const known = this.#read.get(name) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const started = read();
    this.#read.set(name, started);
    return started;
  }
}
