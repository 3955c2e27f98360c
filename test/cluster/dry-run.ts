import type { KubernetesObject } from '../chart/chart.js';
import type { Cluster } from './cluster.js';
import type { Answer } from './local-cluster/api-server.js';
import { PEER_IMAGE } from './local-cluster/images.js';

/** Creates a Pod as a server-side dry run: webhooks are called, and nothing is stored. */
export function dryRun(cluster: Cluster, namespace: string, metadata: object = {}): Promise<Answer> {
  return cluster.api.post(`/api/v1/namespaces/${namespace}/pods?dryRun=All`, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'dry-run', ...metadata },
    spec: { containers: [{ name: 'web', image: PEER_IMAGE, args: ['app'] }] },
  });
}

/** The outcome of a creation: the API server's error message, or whether the Pod has a proxy. */
export function outcome({ status, object }: Answer): string {
  if (status !== 201) return object.message;
  return isInjected(object) ? 'injected' : 'without a proxy';
}

export function isInjected({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.['proxy-injection/status'] === 'injected';
}
