import assert from 'node:assert/strict';
import { PROXY_NAME } from '../../../src/core/pod/container-names.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import { type Cluster, OPTED_IN } from '../cluster.js';
import { PEER_IMAGE } from '../local-cluster/images.js';

/** The values of `proxy-injection/mode`. */
export const MODES = ['container', 'native'] as const;

/**
 * An app's Pod as a user would write it, with annotations without their prefix, and further fields of its container and
 * spec.
 */
export function peer(
  name: string,
  annotations: object = {},
  app: object = {},
  spec: object = {},
): KubernetesObject {
  const keys = Object.entries(annotations).map(([key, value]) => [`proxy-injection/${key}`, value]);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name }, annotations: Object.fromEntries(keys) },
    spec: { containers: [{ name: 'app', image: PEER_IMAGE, args: ['app'], ...app }], ...spec },
  };
}

/** A Deployment of one such Pod. */
export function deployment({ metadata, spec }: KubernetesObject): KubernetesObject {
  const { name, ...template } = metadata;
  const selector = { matchLabels: template.labels };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector, template: { metadata: template, spec } },
  };
}

/** `ADDRESS:PORT`, with brackets around IPv6 addresses; without a port, the prefix of any port. */
export function at(address: string, port: number | '' = ''): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Injected Pods in a namespace that opted in, whose apps call each other. */
export class Peers {
  private constructor(
    readonly cluster: Cluster,
    readonly namespace: string,
  ) {}

  static async in(cluster: Cluster, name: string, metadata = OPTED_IN): Promise<Peers> {
    return new Peers(cluster, await cluster.namespace(name, metadata));
  }

  apply(...objects: readonly KubernetesObject[]): Promise<void> {
    return this.cluster.apply(objects, this.namespace);
  }

  /** Waits until objects, such as `pod/web`, meet a condition. */
  async wait(condition: string, ...objects: readonly string[]): Promise<void> {
    await Promise.all(objects.map((object) => this.cluster.wait(condition, object, this.namespace)));
  }

  async pod(name: string): Promise<KubernetesObject> {
    return (await this.#get(name)).object;
  }

  /** The addresses of a Pod, one per family of the cluster. */
  async addresses(pod: string): Promise<string[]> {
    return (await this.pod(pod)).status.podIPs.map(({ ip }: { ip: string }) => ip);
  }

  /** The status of a container of any kind; undefined if it has none yet. */
  async status(pod: string, container: string): Promise<KubernetesObject> {
    const { status } = await this.pod(pod);
    const { initContainerStatuses, containerStatuses, ephemeralContainerStatuses } = status;
    const statuses = [initContainerStatuses, containerStatuses, ephemeralContainerStatuses].flat();
    return statuses.find((one) => one?.name === container);
  }

  /** Calls an address from the app container of a Pod; resolves with the answer. */
  ask(pod: string, network: 'tcp' | 'udp', address: string): Promise<string> {
    const question = ['--', '/peer', 'ask', network, address];
    return this.cluster.kubectl('exec', pod, '--container=app', '--namespace', this.namespace, ...question);
  }

  async log(pod: string, container: string): Promise<string> {
    return String((await this.#get(`${pod}/log?container=${container}`)).object);
  }

  /** The log lines `NETWORK CLIENT -> DESTINATION` of what a Pod's proxy forwarded. */
  async forwarded(pod: string): Promise<string[]> {
    return (await this.log(pod, PROXY_NAME)).match(/^(tcp|udp) .*$/gm) ?? [];
  }

  /** Waits until the log of a Pod's proxy shows that it forwarded traffic from a client to a destination. */
  async forwards(pod: string, network: 'tcp' | 'udp', client: string, destination: string): Promise<void> {
    const [start, end] = [`${network} ${at(client)}`, ` -> ${destination}`];
    let lines: string[] = [];
    await until(async () => {
      lines = await this.forwarded(pod);
      return lines.some((line) => line.startsWith(start) && line.endsWith(end));
    }).catch(() => assert.fail(`the proxy of ${pod}: expected ${start}...${end}, got\n${lines.join('\n')}`));
  }

  /** The number of successful probes of a Pod, from the kubelet's metrics. */
  async successfulProbes(pod: string, type: 'Readiness' | 'Liveness'): Promise<number> {
    const { spec } = await this.pod(pod);
    const { object } = await this.cluster.api.get(`/api/v1/nodes/${spec.nodeName}/proxy/metrics/probes`);
    const samples: string[] = String(object).split('\n');
    const labels = [
      `namespace="${this.namespace}"`,
      `pod="${pod}"`,
      `probe_type="${type}"`,
      'result="successful"',
    ];
    const sample = samples.find(
      (line) => line.startsWith('prober_probe_total{') && labels.every((label) => line.includes(label)),
    );
    return Number(sample?.split(' ').at(-1));
  }

  remove(): Promise<void> {
    return this.cluster.deleteNamespaces(this.namespace);
  }

  #get(path: string) {
    return this.cluster.api.get(`/api/v1/namespaces/${this.namespace}/pods/${path}`);
  }
}
