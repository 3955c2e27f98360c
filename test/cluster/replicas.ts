import type { KubernetesObject } from '../chart/chart.js';
import { reviewOf } from '../support/reviews.js';
import { until } from '../support/until.js';
import type { Cluster } from './cluster.js';
import { NODE } from './local-cluster/node.js';
import { RELEASE, Release } from './release.js';

const SELECTOR = 'app.kubernetes.io/component=webhook';
/** The Pod in a review that is sent to a replica directly. */
const REVIEWED_POD = { metadata: { name: 'reviewed' }, spec: { containers: [{ name: 'app' }] } };
const ALL = ['pods', '--selector', SELECTOR, '--namespace', RELEASE];

/** The Pods of the shared release. */
export class Replicas {
  constructor(readonly cluster: Cluster) {}

  /** All replicas, including those that are not ready or are terminating. */
  list(): Promise<KubernetesObject[]> {
    return this.cluster.pods(RELEASE, SELECTOR);
  }

  async names(): Promise<string[]> {
    return (await this.list()).map(({ metadata }) => metadata.name);
  }

  /** Waits until there are `count` replicas, all of them ready and none terminating. */
  async settled(count = 2): Promise<void> {
    await until(async () => {
      const pods = await this.list();
      return pods.length === count && pods.every(isReady);
    });
  }

  /** Whether a replica still exists, was not restarted since, and is ready. */
  async isReady({ metadata, status }: KubernetesObject): Promise<boolean> {
    const now = (await this.list()).find((pod) => pod.metadata.uid === metadata.uid);
    return now !== undefined && isReady(now) && restarts(now) === restarts({ status });
  }

  /** Scales the release to zero with Helm, with these values, even if kubectl scaled it before. */
  async takeDown(values: object): Promise<void> {
    const release = new Release(this.cluster.kubeconfig);
    await this.cluster.kubectl('cordon', NODE); // no new ones may start before it is scaled
    try {
      const down = { ...values, replicas: 0, configCheck: { enabled: false } }; // its Job could not start either
      await Promise.all([this.remove(), release.apply(down, '--force-conflicts')]);
    } finally {
      await this.cluster.kubectl('uncordon', NODE);
    }
  }

  /** Deletes them without time to drain, and waits until they are gone. */
  async remove(): Promise<void> {
    await this.cluster.kubectl('delete', ...ALL, '--grace-period=1', '--wait', '--timeout=120s');
  }

  /** Makes the kubelet sync them now, which updates their mounted files. */
  async nudge(): Promise<void> {
    await this.cluster.kubectl('annotate', '--overwrite', ...ALL, `test/nudged=${Date.now()}`);
  }

  /** Waits until the metrics of each replica meet a condition. */
  async untilMetrics(condition: (metrics: Metrics) => boolean): Promise<void> {
    await until(async () => (await this.metrics()).every(condition));
  }

  /** The metrics of each replica. */
  async metrics(): Promise<Metrics[]> {
    return Promise.all((await this.names()).map((name) => this.metricsOf(name)));
  }

  async metricsOf(name: string): Promise<Metrics> {
    const path = `/api/v1/namespaces/${RELEASE}/pods/${name}:8080/proxy/metrics`;
    const { status, object } = await this.cluster.api.get(path);
    if (status !== 200) throw new Error(`${path}: ${status}`);
    return samples(String(object));
  }

  /** Sends a review of a Pod in a namespace to one replica; returns the reason of its decision. */
  async reasonOf(name: string, namespace: string): Promise<string> {
    const path = `/api/v1/namespaces/${RELEASE}/pods/https:${name}:9443/proxy/mutate`;
    const { object } = await this.cluster.api.post(path, reviewOf(REVIEWED_POD, { namespace }));
    return object.response.auditAnnotations.reason;
  }
}

/** Values by metric name with labels, as in the exposition format of Prometheus. */
export type Metrics = ReadonlyMap<string, number>;

/** The metric with the hash of the active configuration. */
export function configHashIn(metrics: Metrics): string | undefined {
  return [...metrics.keys()].find((name) => name.startsWith('proxy_injector_config_info{'));
}

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
