import { proxyInjector } from '../../cli/command-line.js';
import type { Cluster } from '../cluster.js';
import { Release } from '../release.js';
import { configHashIn, Replicas } from '../replicas.js';

/** Upgrades the release, and waits until each replica has loaded what is now in its ConfigMap. */
export async function upgrade(cluster: Cluster, values: object): Promise<void> {
  const replicas = new Replicas(cluster);
  await new Release(cluster.kubeconfig).apply(values);
  const { stderr } = await proxyInjector(['config', 'pull'], { env: { KUBECONFIG: cluster.kubeconfig } });
  const hash = /\(hash (\w+)\)/.exec(stderr)?.[1];
  await replicas.nudge();
  await replicas.untilMetrics((metrics) => configHashIn(metrics)?.includes(`"${hash}"`) === true);
}
