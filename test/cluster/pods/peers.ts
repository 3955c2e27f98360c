import assert from 'node:assert/strict';
import { PROXY_NAME } from '../../../src/core/pod/container-names.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import { type Cluster, OPTED_IN } from '../cluster.js';
import { PEER_IMAGE } from '../local-cluster/images.js';

/** The values of `proxy-injection/mode`. */
export const MODES = ['container', 'native'] as const;

/**
 * A Pod of an app, as a user would write it: its annotations without their prefix, further fields of its container and
 * of its spec.
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

/** An address and a port, or any port, as they are written together. */
export function at(address: string, port: number | '' = ''): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Apps in the Pods of a namespace that is opted in, each with its proxy, which ask each other. */
export class Peers {
  private constructor(
    readonly cluster: Cluster,
    readonly namespace: string,
  ) {}

  static async in(cluster: Cluster, name: string): Promise<Peers> {
    return new Peers(cluster, await cluster.namespace(name, OPTED_IN));
  }

  apply(...objects: readonly KubernetesObject[]): Promise<void> {
    return this.cluster.apply(objects, this.namespace);
  }

  /** Waits for a condition of objects, such as `pod/web`. */
  async wait(condition: string, ...objects: readonly string[]): Promise<void> {
    await Promise.all(objects.map((object) => this.cluster.wait(condition, object, this.namespace)));
  }

  async pod(name: string): Promise<KubernetesObject> {
    return (await this.#get(name)).object;
  }

  /** The addresses of a Pod: one of each family that the cluster has. */
  async addresses(pod: string): Promise<string[]> {
    return (await this.pod(pod)).status.podIPs.map(({ ip }: { ip: string }) => ip);
  }

  /** The status of a container of a Pod, of whatever kind; undefined if it has none yet. */
  async status(pod: string, container: string): Promise<KubernetesObject> {
    const { status } = await this.pod(pod);
    const { initContainerStatuses, containerStatuses, ephemeralContainerStatuses } = status;
    const statuses = [initContainerStatuses, containerStatuses, ephemeralContainerStatuses].flat();
    return statuses.find((one) => one?.name === container);
  }

  /** What the app at an address answers to that of a Pod. */
  ask(pod: string, network: 'tcp' | 'udp', address: string): Promise<string> {
    const question = ['--', '/peer', 'ask', network, address];
    return this.cluster.kubectl('exec', pod, '--container=app', '--namespace', this.namespace, ...question);
  }

  async log(pod: string, container: string): Promise<string> {
    return String((await this.#get(`${pod}/log?container=${container}`)).object);
  }

  /** What the proxy of a Pod has passed on: each a line `NETWORK CLIENT -> DESTINATION`. */
  async passed(pod: string): Promise<string[]> {
    return (await this.log(pod, PROXY_NAME)).match(/^(tcp|udp) .*$/gm) ?? [];
  }

  /** Waits until the proxy of a Pod says that it has passed on what a client sent to a destination. */
  async passes(pod: string, network: 'tcp' | 'udp', client: string, destination: string): Promise<void> {
    const [start, end] = [`${network} ${at(client)}`, ` -> ${destination}`];
    let lines: string[] = [];
    await until(async () => {
      lines = await this.passed(pod);
      return lines.some((line) => line.startsWith(start) && line.endsWith(end));
    }).catch(() => assert.fail(`the proxy of ${pod}: expected ${start}...${end}, got\n${lines.join('\n')}`));
  }

  remove(): Promise<void> {
    return this.cluster.deleteNamespaces(this.namespace);
  }

  #get(path: string) {
    return this.cluster.api.get(`/api/v1/namespaces/${this.namespace}/pods/${path}`);
  }
}
