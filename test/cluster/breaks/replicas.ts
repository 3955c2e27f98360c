import type { KubernetesObject } from '../../chart/chart.js';
import type { Cluster } from '../cluster.js';
import { NODE } from '../machine/node.js';
import { RELEASE, Release } from '../release.js';

const ITS_PODS = 'app.kubernetes.io/component=webhook';

export function replicas(cluster: Cluster): Promise<KubernetesObject[]> {
  return cluster.pods(RELEASE, ITS_PODS);
}

/** Leaves the release, with these values, without a replica; by Helm, also where kubectl has scaled it before. */
export async function takeDown(cluster: Cluster, values: object): Promise<void> {
  await cluster.kubectl('cordon', NODE); // so that no others come up before it is scaled
  try {
    await Promise.all([
      removePods(cluster),
      new Release(cluster.kubeconfig).apply({ ...values, replicas: 0 }, '--force-conflicts'),
    ]);
  } finally {
    await cluster.kubectl('uncordon', NODE);
  }
}

/** Ends its Pods at once, without the time that they take to drain, and waits until they are gone. */
export async function removePods(cluster: Cluster): Promise<void> {
  const flags = ['--grace-period=1', '--wait', '--timeout=120s'];
  await cluster.kubectl('delete', 'pods', '--selector', ITS_PODS, '--namespace', RELEASE, ...flags);
}

/** Waits until the replicas that it should have are ready. */
export async function rolledOut(cluster: Cluster): Promise<void> {
  const deployment = `deployment/${RELEASE}`;
  await cluster.kubectl('rollout', 'status', deployment, '--namespace', RELEASE, '--timeout=120s');
}

/** Makes the kubelet look at them now, and so bring them files that have changed. */
export async function nudge(cluster: Cluster): Promise<void> {
  const annotation = `test/nudged=${Date.now()}`;
  const pods = ['pods', '--selector', ITS_PODS, '--namespace', RELEASE];
  await cluster.kubectl('annotate', '--overwrite', ...pods, annotation);
}
