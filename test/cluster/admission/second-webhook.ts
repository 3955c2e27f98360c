import type { KubernetesObject } from '../../chart/chart.js';
import { makePair } from '../../http/tls/pairs.js';
import { until } from '../../support/until.js';
import type { Cluster } from '../cluster.js';
import { PEER_IMAGE } from '../local-cluster/images.js';
import { dryRunPath, heldPod } from './pods.js';

/** The name of the webhook and of the container that it adds. */
export const SECOND = 'second';

/** The init container that it appends, which needs the network (tools/install/peer/webhook.go). */
export const SECOND_SETUP = 'second-setup';

/** A configuration of the webhook. The API server calls webhooks in the order of their configurations' names. */
export interface Registration {
  readonly configuration: string;
  /** The namespace whose Pods it is called for. */
  readonly namespace: string;
}

/** A mutating webhook of a third party. It adds containers to each Pod without them, and asks for reinvocation. */
export class SecondWebhook {
  private constructor(
    readonly cluster: Cluster,
    readonly namespace: string,
    readonly registrations: readonly Registration[],
  ) {}

  /** Starts it, and waits until it is called for each registration. */
  static async start(cluster: Cluster, registrations: readonly Registration[]): Promise<SecondWebhook> {
    const second = new SecondWebhook(cluster, await cluster.namespace(SECOND), registrations);
    const { cert, key } = await makePair({ hosts: [second.name] });
    await cluster.apply(server(cert, key), second.namespace);
    await cluster.wait('condition=Ready', 'pod/second', second.namespace);
    await cluster.apply(registrations.map((registration) => second.#configuration(registration, cert)));
    await Promise.all(registrations.map(({ namespace }) => until(() => second.#isCalledFor(namespace))));
    return second;
  }

  /** The name of the webhook, which is that of its Service. */
  get name(): string {
    return `${SECOND}.${this.namespace}.svc`;
  }

  async stop(): Promise<void> {
    const names = this.registrations.map(({ configuration }) => configuration);
    await this.cluster.kubectl('delete', 'mutatingwebhookconfiguration', ...names);
    await this.cluster.deleteNamespaces(this.namespace);
  }

  #configuration({ configuration, namespace }: Registration, cert: string): KubernetesObject {
    const service = { name: SECOND, namespace: this.namespace };
    return {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: configuration },
      webhooks: [
        {
          name: this.name,
          clientConfig: { service, caBundle: Buffer.from(cert).toString('base64') },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          reinvocationPolicy: 'IfNeeded',
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    };
  }

  async #isCalledFor(namespace: string): Promise<boolean> {
    const { status, object } = await this.cluster.api.post(dryRunPath(namespace), heldPod('called'));
    return status === 201 && object.spec.containers.some(({ name }: { name: string }) => name === SECOND);
  }
}

/** The Pod and Service of the webhook, and a Secret with its certificate. */
function server(cert: string, key: string): KubernetesObject[] {
  const labels = { app: SECOND };
  const args = ['serve-webhook', '--cert', '/certificate/tls.crt', '--key', '/certificate/tls.key'];
  const certificate = { 'tls.crt': cert, 'tls.key': key };
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: SECOND }, stringData: certificate },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: SECOND },
      spec: { selector: labels, ports: [{ port: 443, targetPort: 8443 }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: SECOND, labels },
      spec: {
        containers: [
          {
            name: 'webhook',
            image: PEER_IMAGE,
            args,
            readinessProbe: { tcpSocket: { port: 8443 }, periodSeconds: 1 },
            volumeMounts: [{ name: 'certificate', mountPath: '/certificate' }],
          },
        ],
        volumes: [{ name: 'certificate', secret: { secretName: SECOND } }],
      },
    },
  ];
}
