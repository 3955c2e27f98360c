import type { KubernetesObject } from '../../chart/chart.js';
import { makePair } from '../../http/tls/pairs.js';
import { until } from '../../support/until.js';
import type { Cluster } from '../cluster.js';
import { RELEASE } from '../release.js';
import { injectorManifests } from './injector-manifests.js';
import { dryRunPath, heldPod, injectedInto } from './pods.js';

/** An injector with its own configuration. */
export interface ExtraInjector {
  readonly name: string;
  /** The text of its configuration file. */
  readonly config: string;
  /** The namespaces whose Pods it gets. In the first one, a Pod is injected, denied, or warned. */
  readonly namespaces: readonly string[];
}

/**
 * Injectors in addition to the release's, with the Pod of its Deployment but other configurations. They only get dry
 * runs, so they affect no other test.
 */
export class ExtraInjectors {
  private constructor(
    readonly cluster: Cluster,
    /** Their namespace, and the name of their cluster-scoped objects. */
    readonly namespace: string,
  ) {}

  /** Starts them, and waits until each is called. */
  static async start(cluster: Cluster, injectors: readonly ExtraInjector[]): Promise<ExtraInjectors> {
    const extra = new ExtraInjectors(cluster, await cluster.namespace('extra-injectors'));
    try {
      await extra.#start(injectors);
      return extra;
    } catch (error) {
      await extra.stop();
      throw error;
    }
  }

  /** The name of an injector's webhook, which is that of its Service. */
  webhookName(injector: string): string {
    return `${injector}.${this.namespace}.svc`;
  }

  async stop(): Promise<void> {
    const kinds = 'mutatingwebhookconfiguration,clusterrolebinding';
    await this.cluster.kubectl('delete', '--ignore-not-found', kinds, this.namespace);
    await this.cluster.deleteNamespaces(this.namespace);
  }

  async #start(injectors: readonly ExtraInjector[]): Promise<void> {
    const { cluster, namespace } = this;
    const { cert, key } = await makePair({ hosts: injectors.map(({ name }) => this.webhookName(name)) });
    const { spec } = (await cluster.get('deployment', RELEASE, '--namespace', RELEASE)).spec.template;
    const certificate = { 'tls.crt': cert, 'tls.key': key };
    await cluster.apply(
      [
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'certificate' }, stringData: certificate },
        { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: RELEASE } },
        this.#binding(),
        ...injectors.flatMap(({ name, config }) => injectorManifests(name, config, spec)),
      ],
      namespace,
    );
    const isReady = ['wait', '--for=condition=Ready', 'pods', '--all', '--timeout=120s'];
    await cluster.kubectl(...isReady, '--namespace', namespace);
    await cluster.apply([this.#webhooks(injectors, cert)]);
    await Promise.all(injectors.map(({ namespaces: [first = ''] }) => until(() => this.#isCalledFor(first))));
  }

  /** Grants them the permissions of the release's injector. */
  #binding(): KubernetesObject {
    const group = 'rbac.authorization.k8s.io';
    return {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: this.namespace },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: RELEASE },
      subjects: [{ kind: 'ServiceAccount', name: RELEASE, namespace: this.namespace }],
    };
  }

  #webhooks(injectors: readonly ExtraInjector[], cert: string): KubernetesObject {
    const caBundle = Buffer.from(cert).toString('base64');
    return {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: this.namespace },
      webhooks: injectors.map(({ name, namespaces }) => ({
        name: this.webhookName(name),
        clientConfig: { service: { name, namespace: this.namespace, path: '/mutate' }, caBundle },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: namespaces }],
        },
        matchConditions: [{ name: 'dry-run', expression: 'has(request.dryRun) && request.dryRun' }],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      })),
    };
  }

  /** Whether a Pod in a namespace is injected, denied, or admitted with a warning. */
  async #isCalledFor(namespace: string): Promise<boolean> {
    const { status, object, warnings } = await this.cluster.api.post(
      dryRunPath(namespace),
      heldPod('called'),
    );
    return status === 403 || (status === 201 && injectedInto(object).length + warnings.length > 0);
  }
}
