import { PRODUCT_VERSION } from '../../../src/core/version.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { makePair } from '../../http/tls/pairs.js';
import { until } from '../../support/until.js';
import type { Cluster } from '../cluster.js';

const NAME = 'metrics-api';
const API = 'v1beta1.metrics.k8s.io';

/**
 * Answers as the metrics server does, for the Pods in the variable PODS, whose containers all use 10m. It runs in the
 * injector's image, which has Node.
 */
const SCRIPT = `
const { CERT, KEY, PODS } = process.env;
const version = 'metrics.k8s.io/v1beta1';
const pods = { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] };
const metrics = (timestamp) => JSON.parse(PODS).map(({ metadata, containers }) => ({
  metadata,
  timestamp,
  window: '1s',
  containers: containers.map((name) => ({ name, usage: { cpu: '10m', memory: '10Mi' } })),
}));
require('node:https').createServer({ cert: CERT, key: KEY }, ({ url }, response) => {
  const isList = url.includes('/pods');
  const items = isList ? metrics(new Date().toISOString()) : undefined;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(isList
    ? { kind: 'PodMetricsList', apiVersion: version, metadata: {}, items }
    : { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: version, resources: [pods] }));
}).listen(8443);
`;

/** A resource metrics API with constant figures, in place of the metrics server: real autoscalers read it. */
export class MetricsApi {
  private constructor(
    readonly cluster: Cluster,
    readonly namespace: string,
  ) {}

  /** Starts it for Pods, and waits until the API server serves it. */
  static async start(cluster: Cluster, pods: readonly KubernetesObject[]): Promise<MetricsApi> {
    const api = new MetricsApi(cluster, await cluster.namespace(NAME));
    try {
      await api.#start(pods);
      return api;
    } catch (error) {
      await api.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.cluster.kubectl('delete', '--ignore-not-found', 'apiservice', API);
    await this.cluster.deleteNamespaces(this.namespace);
  }

  async #start(pods: readonly KubernetesObject[]): Promise<void> {
    const { cluster, namespace } = this;
    const { cert, key } = await makePair({ hosts: [`${NAME}.${namespace}.svc`] });
    const env = { CERT: cert, KEY: key, PODS: JSON.stringify(pods.map(measured)) };
    const labels = { app: NAME };
    const container = {
      name: NAME,
      image: `proxy-injector/injector:${PRODUCT_VERSION}`,
      args: ['--eval', SCRIPT],
      env: Object.entries(env).map(([name, value]) => ({ name, value })),
    };
    const ports = [{ port: 443, targetPort: 8443 }];
    await cluster.apply(
      [
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: NAME, labels },
          spec: { containers: [container] },
        },
        { apiVersion: 'v1', kind: 'Service', metadata: { name: NAME }, spec: { selector: labels, ports } },
      ],
      namespace,
    );
    await cluster.wait('condition=Ready', `pod/${NAME}`, namespace);
    await cluster.apply([this.#apiService(cert)]);
    await until(async () => (await cluster.api.get(`/apis/metrics.k8s.io/v1beta1/pods`)).status === 200);
  }

  #apiService(cert: string): KubernetesObject {
    return {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: API },
      spec: {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        service: { name: NAME, namespace: this.namespace },
        caBundle: Buffer.from(cert).toString('base64'),
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    };
  }
}

/** The name of a Pod and those of the containers that keep running. */
function measured({ metadata, spec }: KubernetesObject): object {
  const { name, namespace, labels } = metadata;
  const sidecars = (spec.initContainers ?? []).filter(
    (one: KubernetesObject) => one.restartPolicy === 'Always',
  );
  const containers = [...spec.containers, ...sidecars].map((container: KubernetesObject) => container.name);
  return { metadata: { name, namespace, labels }, containers };
}
