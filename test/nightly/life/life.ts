import assert from 'node:assert/strict';
import { PROXY_NAME } from '../../../src/core/pod/container-names.js';
import type { KubernetesObject } from '../../chart/chart.js';
import type { Cluster } from '../../cluster/cluster.js';
import { until } from '../../support/until.js';
import type { Row } from './factors.js';
import { STATISTICS } from './proxies.js';
import { FINALIZER, PORTS } from './workloads.js';

/** The resources of the workloads in the API. */
const RESOURCES: { readonly [workload in Row['workload']]: string } = {
  Deployment: 'apps/v1/namespaces/*/deployments',
  StatefulSet: 'apps/v1/namespaces/*/statefulsets',
  DaemonSet: 'apps/v1/namespaces/*/daemonsets',
  Job: 'batch/v1/namespaces/*/jobs',
  CronJob: 'batch/v1/namespaces/*/cronjobs',
};

/** The life of a row's Pod. Each method waits for a stage, and rejects with the Pod's status if it never comes. */
export class Life {
  #pod: KubernetesObject | undefined;

  constructor(
    readonly cluster: Cluster,
    readonly namespace: string,
    readonly row: Row,
    /** Its workload. */
    readonly workload: KubernetesObject,
  ) {}

  /** Creates the workload. */
  async becomesReady(): Promise<void> {
    const { status, object } = await this.cluster.api.post(this.#workloads, this.workload);
    assert.equal(status, 201, object.message);
    await this.#until('a Pod', async () => {
      [this.#pod] = await this.cluster.pods(this.namespace, `app=${this.#name}`);
      return this.#pod !== undefined;
    });
    if (this.row.workload === 'CronJob')
      await this.cluster.api.patch(`${this.#workloads}/${this.#name}`, { spec: { suspend: true } });
    await this.#until('a ready Pod', () => this.#isReady());
  }

  async servesThroughProxy(): Promise<void> {
    const before = await this.#counted();
    await this.#until('an answer through the proxy', () => this.#answers());
    await this.#until('a count', async () => (await this.#counted()) > before);
  }

  async survivesKillOfProxy(): Promise<void> {
    const { containerID } = await this.#proxy();
    await this.cluster.local?.kill(containerID);
    await this.#until('a restarted proxy', async () => {
      const { restartCount, state } = await this.#proxy();
      return restartCount > 0 && state.running !== undefined;
    });
    await this.#until('an answer through the proxy', () => this.#answers());
    await this.#until('a count', async () => (await this.#counted()) > 0);
    await this.#until('a ready Pod', () => this.#isReady());
  }

  /** Ends the work of a Job, and deletes any other workload. */
  async stopsInTime(): Promise<void> {
    const endsItself = this.row.workload === 'Job' || this.row.workload === 'CronJob';
    if (endsItself) await this.#clientOf('/exit');
    else await this.cluster.api.delete(`${this.#workloads}/${this.#name}?propagationPolicy=Background`);
    await this.#until('terminated containers', async () => {
      await this.#refresh();
      return this.#containers.every(({ state }) => state.terminated !== undefined);
    });
    if (endsItself) await this.#until('a succeeded Pod', () => this.#isSucceeded());
    const ends = this.#containers.map(({ name, state }) => ({ name, ...state.terminated }));
    // SIGKILL would be 137.
    assert.deepEqual(
      ends.filter(({ exitCode }) => exitCode !== 0),
      [],
    );
    assert.deepEqual(
      ends.filter(({ finishedAt }) => Date.parse(finishedAt) > this.#deadline),
      [],
    );
  }

  async neverRestartsApp(): Promise<void> {
    await this.#refresh();
    const own = this.#containers.filter(({ name }) => name !== PROXY_NAME);
    assert.deepEqual(
      own.map(({ name, restartCount }) => [name, restartCount]),
      own.map(({ name }) => [name, 0]),
    );
  }

  /** Lets the Pod go. */
  async end(): Promise<void> {
    if (this.#pod === undefined) return;
    await this.cluster.api.patch(this.#path, {
      metadata: { '$deleteFromPrimitiveList/finalizers': [FINALIZER] },
    });
  }

  get #path(): string {
    return `/api/v1/namespaces/${this.namespace}/pods/${this.#pod?.metadata.name}`;
  }

  get #name(): string {
    return this.workload.metadata.name;
  }

  get #workloads(): string {
    return `/apis/${RESOURCES[this.row.workload].replace('*', this.namespace)}`;
  }

  /** When the kubelet kills what still runs: after the grace period of the deletion, or of a Job's app that ended. */
  get #deadline(): number {
    const { metadata, spec } = this.#pod as KubernetesObject;
    if (metadata.deletionTimestamp !== undefined) return Date.parse(metadata.deletionTimestamp);
    const app = this.#containers.find(({ name }) => name === 'app');
    return Date.parse(app?.state.terminated.finishedAt) + spec.terminationGracePeriodSeconds * 1000;
  }

  /** The statuses of its containers. */
  get #containers(): KubernetesObject[] {
    const { initContainerStatuses = [], containerStatuses = [] } = this.#pod?.status ?? {};
    return [...initContainerStatuses, ...containerStatuses];
  }

  async #refresh(): Promise<void> {
    const { status, object } = await this.cluster.api.get(this.#path);
    assert.equal(status, 200, `${this.#path}: ${object.message}`);
    this.#pod = object;
  }

  async #proxy(): Promise<KubernetesObject> {
    await this.#refresh();
    return this.#containers.find(({ name }) => name === PROXY_NAME) as KubernetesObject;
  }

  async #isReady(): Promise<boolean> {
    await this.#refresh();
    const conditions: KubernetesObject[] = this.#pod?.status.conditions ?? [];
    return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  }

  async #isSucceeded(): Promise<boolean> {
    await this.#refresh();
    return this.#pod?.status.phase === 'Succeeded';
  }

  /** Whether the app answers, and sees the Pod's own address as the client, because the proxy forwards the request. */
  async #answers(): Promise<boolean> {
    return (await this.#clientOf('/healthz')) === this.#pod?.status.podIP;
  }

  /** The address that the app sees as the client of a request; undefined if there is no answer. */
  async #clientOf(path: string): Promise<string | undefined> {
    const { object } = await this.cluster.api.get(`${this.#path}:${PORTS.http}/proxy${path}`);
    return /^app \d+ from (.*):\d+: GET /.exec(String(object))?.[1];
  }

  async #counted(): Promise<number> {
    const { path, counted } = STATISTICS[this.row.proxy];
    const { object } = await this.cluster.api.get(`${this.#path}${path}`);
    return counted(String(object), this.#pod as KubernetesObject);
  }

  async #until(expected: string, condition: () => Promise<boolean>): Promise<void> {
    await until(condition).catch((error) =>
      assert.fail(`expected ${expected}, got ${JSON.stringify(this.#pod?.status, null, 1)}\n${error}`),
    );
  }
}
