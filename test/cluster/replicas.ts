import type { KubernetesObject } from '../chart/chart.js';
import { reviewOf } from '../support/reviews.js';
import { until } from '../support/until.js';
import type { Cluster } from './cluster.js';
import { NODE } from './local-cluster/node.js';
import { RELEASE, Release } from './release.js';

const SELECTOR = 'app.kubernetes.io/component=webhook';
/** A Pod that a replica itself is asked about. */
const ASKED = { metadata: { name: 'asked' }, spec: { containers: [{ name: 'app' }] } };
const ALL = ['pods', '--selector', SELECTOR, '--namespace', RELEASE];

/** The Pods of the injector. */
export class Replicas {
  constructor(readonly cluster: Cluster) {}

  /** Those that are there, be they ready or ending. */
  list(): Promise<KubernetesObject[]> {
    return this.cluster.pods(RELEASE, SELECTOR);
  }

  async names(): Promise<string[]> {
    return (await this.list()).map(({ metadata }) => metadata.name);
  }

  /** Waits until so many are there, ready all, and none that ends. */
  async settled(count = 2): Promise<void> {
    await until(async () => {
      const pods = await this.list();
      return pods.length === count && pods.every(isReady);
    });
  }

  /** Whether one that was there is, has not been restarted since, and is ready. */
  async isReady({ metadata, status }: KubernetesObject): Promise<boolean> {
    const now = (await this.list()).find((pod) => pod.metadata.uid === metadata.uid);
    return now !== undefined && isReady(now) && restarts(now) === restarts({ status });
  }

  /** Leaves the release, with these values, without one; by Helm, also where kubectl has scaled it before. */
  async takeDown(values: object): Promise<void> {
    const release = new Release(this.cluster.kubeconfig);
    await this.cluster.kubectl('cordon', NODE); // so that no others come up before it is scaled
    try {
      await Promise.all([this.remove(), release.apply({ ...values, replicas: 0 }, '--force-conflicts')]);
    } finally {
      await this.cluster.kubectl('uncordon', NODE);
    }
  }

  /** Ends them at once, without the time that they take to drain, and waits until they are gone. */
  async remove(): Promise<void> {
    await this.cluster.kubectl('delete', ...ALL, '--grace-period=1', '--wait', '--timeout=120s');
  }

  /** Makes the kubelet look at them now, and so bring them files that have changed. */
  async nudge(): Promise<void> {
    await this.cluster.kubectl('annotate', '--overwrite', ...ALL, `test/nudged=${Date.now()}`);
  }

  /** Waits until the metrics of each show something. */
  async untilMetrics(condition: (metrics: Metrics) => boolean): Promise<void> {
    await until(async () => (await this.metrics()).every(condition));
  }

  /** The metrics of each. */
  async metrics(): Promise<Metrics[]> {
    return Promise.all((await this.names()).map((name) => this.metricsOf(name)));
  }

  async metricsOf(name: string): Promise<Metrics> {
    const path = `/api/v1/namespaces/${RELEASE}/pods/${name}:8080/proxy/metrics`;
    const { status, object } = await this.cluster.api.get(path);
    if (status !== 200) throw new Error(`${path}: ${status}`);
    return samples(String(object));
  }

  /** Asks one of them itself for its decision on a Pod in a namespace; the code of the reason. */
  async reasonOf(name: string, namespace: string): Promise<string> {
    const path = `/api/v1/namespaces/${RELEASE}/pods/https:${name}:9443/proxy/mutate`;
    const { object } = await this.cluster.api.post(path, reviewOf(ASKED, { namespace }));
    return object.response.auditAnnotations.reason;
  }
}

/** Samples by their name and labels, as Prometheus writes them. */
export type Metrics = ReadonlyMap<string, number>;

function samples(text: string): Metrics {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

function isReady({ metadata, status }: KubernetesObject): boolean {
  const conditions: { type: string; status: string }[] = status.conditions ?? [];
  const ready = conditions.find(({ type }) => type === 'Ready');
  return metadata.deletionTimestamp === undefined && ready?.status === 'True';
}

function restarts({ status }: KubernetesObject): number {
  return status.containerStatuses[0].restartCount;
}
