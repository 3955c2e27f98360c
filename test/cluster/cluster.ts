import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';
import type { Helm, KubernetesObject } from '../chart/chart.js';
import { until } from '../support/until.js';
import { ApiServer } from './local-cluster/api-server.js';
import { type Result, run, succeed } from './local-cluster/command.js';
import { LocalCluster } from './local-cluster/local-cluster.js';
import { tool } from './local-cluster/tools.js';
import { Release } from './release.js';

/** A namespace's labels and annotations. */
export interface NamespaceMetadata {
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
}

/** The label that makes the API server ask the injector about the Pods of a namespace. */
export const OPTED_IN: NamespaceMetadata = { labels: { 'proxy-injection': 'enabled' } };

/** A cluster as the tests see it: ours to break if it has a local, anybody's otherwise. */
export class Cluster {
  #api: ApiServer | undefined;
  #namespaces = 0;

  private constructor(
    readonly kubeconfig: string,
    readonly local?: LocalCluster,
  ) {}

  /** A new one, with our images and cert-manager. It ends with this process, or by `stop`. */
  static async start(): Promise<Cluster> {
    const local = await LocalCluster.start();
    const cluster = new Cluster(local.kubeconfig, local);
    try {
      await Promise.all([local.loadImages(), cluster.#installCertManager(local)]);
      return cluster;
    } catch (error) {
      await local.keepLogs();
      await local.remove();
      throw error;
    }
  }

  /** One that another process has started. */
  static attach(directory: string): Cluster {
    const local = LocalCluster.attach(directory);
    return new Cluster(local.kubeconfig, local);
  }

  /** One that is there, with cert-manager in it, and the images where its nodes find them. */
  static of(kubeconfig: string): Cluster {
    return new Cluster(kubeconfig);
  }

  get api(): ApiServer {
    this.#api ??= ApiServer.of(this.kubeconfig);
    return this.#api;
  }

  /** Runs kubectl, which has to succeed; what it printed. */
  kubectl(...args: readonly string[]): Promise<string> {
    return succeed(tool('kubectl'), this.#asAdmin(args));
  }

  /** Runs kubectl with a text or objects as its standard input, whatever comes of it. */
  tryKubectl(args: readonly string[], input: string | readonly KubernetesObject[] = ''): Promise<Result> {
    return run(tool('kubectl'), this.#asAdmin(args), manifest(input));
  }

  /** Applies manifests or objects. */
  async apply(input: string | readonly KubernetesObject[], namespace = 'default'): Promise<void> {
    const args = ['apply', '--namespace', namespace, '--filename', '-'];
    await succeed(tool('kubectl'), this.#asAdmin(args), manifest(input));
  }

  /** One object, as kubectl gets it: `cluster.get('pod', 'web', '-n', 'shop')`. */
  async get(...args: readonly string[]): Promise<KubernetesObject> {
    return JSON.parse(await this.kubectl('get', '--output', 'json', ...args));
  }

  /** The Pods of a namespace, or those of them with labels such as `app=web`. */
  async pods(namespace: string, selector = ''): Promise<KubernetesObject[]> {
    const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector)}`;
    const { status, object } = await this.api.get(path);
    if (status !== 200) throw new Error(object.message);
    return object.items;
  }

  /** Waits for a condition, such as `condition=Ready`, of objects, such as `pod/web`; rejects with their description otherwise. */
  async wait(condition: string, object: string, namespace: string): Promise<void> {
    const args = ['wait', `--for=${condition}`, object, '--namespace', namespace, '--timeout=120s'];
    const { status, stderr } = await this.tryKubectl(args);
    if (status === 0) return;
    const { stdout } = await this.tryKubectl(['describe', object, '--namespace', namespace]);
    throw new Error(`${stderr}${stdout}`);
  }

  /** A new namespace of that name and a number that no other has; its name. */
  async namespace(name: string, metadata: NamespaceMetadata = {}): Promise<string> {
    this.#namespaces += 1;
    const unique = `${name}-${process.pid}-${this.#namespaces}`;
    const created = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: unique, ...metadata } };
    const { status, object } = await this.api.post('/api/v1/namespaces', created);
    if (status !== 201) throw new Error(object.message);
    const account = `/api/v1/namespaces/${unique}/serviceaccounts/default`;
    await until(async () => (await this.api.get(account)).status === 200);
    return unique;
  }

  /** Removes namespaces and what is in them, and does not wait for it. */
  async deleteNamespaces(...namespaces: readonly string[]): Promise<void> {
    await this.kubectl('delete', 'namespace', '--wait=false', '--ignore-not-found', ...namespaces);
  }

  /** Installs the chart as the release that the tests share, or as another. */
  async install(values: object, name?: string, version?: Helm): Promise<Release> {
    const release = new Release(this.kubeconfig, name, version);
    await release.apply(values);
    return release;
  }

  async stop(): Promise<void> {
    this.#api?.close();
    await this.local?.remove();
  }

  /** Its real controllers as a process of the sandbox. */
  async #installCertManager(local: LocalCluster): Promise<void> {
    const crds = join(ROOT, '.tools', 'crds');
    const files = readdirSync(crds).flatMap((file) => ['--filename', join(crds, file)]);
    await this.kubectl('apply', '--server-side', ...files);
    await this.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=120s');
    await local.daemon('cert-manager').run(tool('cert-manager'), '--kubeconfig', this.kubeconfig);
  }

  #asAdmin(args: readonly string[]): string[] {
    return ['--kubeconfig', this.kubeconfig, ...args];
  }
}

function manifest(input: string | readonly KubernetesObject[]): string {
  return typeof input === 'string' ? input : JSON.stringify({ apiVersion: 'v1', kind: 'List', items: input });
}
