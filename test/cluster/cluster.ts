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

/** The labels and annotations of a namespace. */
export interface NamespaceMetadata {
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
}

/** The label that opts a namespace in: the API server sends its Pods to the injector. */
export const OPTED_IN: NamespaceMetadata = { labels: { 'proxy-injection': 'enabled' } };

/**
 * The cluster under test. Tests may break a local one, which they started themselves; an external one has no `local`.
 */
export class Cluster {
  #api: ApiServer | undefined;
  #namespaces = 0;

  private constructor(
    readonly kubeconfig: string,
    readonly local?: LocalCluster,
  ) {}

  /**
   * Starts a local cluster with cert-manager, the images of the tests, and the project's own unless it is to pull them.
   * It ends with this process, or by `stop`.
   */
  static async start({ withOwnImages = true } = {}): Promise<Cluster> {
    const local = await LocalCluster.start();
    const cluster = new Cluster(local.kubeconfig, local);
    try {
      await Promise.all([
        ...(withOwnImages ? [local.loadOwnImages()] : []),
        local.loadTestImages(),
        cluster.#installCertManager(local),
      ]);
      return cluster;
    } catch (error) {
      await local.keepLogs();
      await local.remove();
      throw error;
    }
  }

  /** A local cluster that another process started, by the directory of its sandbox. */
  static attach(directory: string): Cluster {
    const local = LocalCluster.attach(directory);
    return new Cluster(local.kubeconfig, local);
  }

  /** An external cluster, with cert-manager, and the images where its nodes find them. */
  static of(kubeconfig: string): Cluster {
    return new Cluster(kubeconfig);
  }

  get api(): ApiServer {
    this.#api ??= ApiServer.of(this.kubeconfig);
    return this.#api;
  }

  /** Runs kubectl and returns its stdout; rejects if it fails. */
  kubectl(...args: readonly string[]): Promise<string> {
    return succeed(tool('kubectl'), this.#asAdmin(args));
  }

  /** Runs kubectl with a text or objects as stdin, and returns its result even if it fails. */
  tryKubectl(args: readonly string[], input: string | readonly KubernetesObject[] = ''): Promise<Result> {
    return run(tool('kubectl'), this.#asAdmin(args), manifest(input));
  }

  /** Applies manifests or objects. */
  async apply(input: string | readonly KubernetesObject[], namespace = 'default'): Promise<void> {
    const args = ['apply', '--namespace', namespace, '--filename', '-'];
    await succeed(tool('kubectl'), this.#asAdmin(args), manifest(input));
  }

  /** Gets an object with kubectl: `cluster.get('pod', 'web', '-n', 'shop')`. */
  async get(...args: readonly string[]): Promise<KubernetesObject> {
    return JSON.parse(await this.kubectl('get', '--output', 'json', ...args));
  }

  /** The Pods of a namespace that match a label selector, such as `app=web`. */
  async pods(namespace: string, selector = ''): Promise<KubernetesObject[]> {
    const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector)}`;
    const { status, object } = await this.api.get(path);
    if (status !== 200) throw new Error(object.message);
    return object.items;
  }

  /**
   * Waits until an object, such as `pod/web`, meets a condition, such as `condition=Ready`; else rejects with its
   * description.
   */
  async wait(condition: string, object: string, namespace: string): Promise<void> {
    const args = ['wait', `--for=${condition}`, object, '--namespace', namespace, '--timeout=120s'];
    const { status, stderr } = await this.tryKubectl(args);
    if (status === 0) return;
    const { stdout } = await this.tryKubectl(['describe', object, '--namespace', namespace]);
    throw new Error(`${stderr}${stdout}`);
  }

  /** Creates a namespace with a unique suffix and its default ServiceAccount; returns its name. */
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

  /** Deletes namespaces and their contents, without waiting. */
  async deleteNamespaces(...namespaces: readonly string[]): Promise<void> {
    await this.kubectl('delete', 'namespace', '--wait=false', '--ignore-not-found', ...namespaces);
  }

  /** Installs the chart as the release that the tests share, or under another name. */
  async install(values: object, name?: string, version?: Helm): Promise<Release> {
    const release = new Release(this.kubeconfig, name, version);
    await release.apply(values);
    return release;
  }

  async stop(): Promise<void> {
    this.#api?.close();
    await this.local?.remove();
  }

  /** Runs cert-manager's controllers as a process in the sandbox. */
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
