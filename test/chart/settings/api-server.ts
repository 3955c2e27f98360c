import type { JsonObject } from '../../../src/core/values/json.js';
import type { KubernetesObject } from '../chart.js';
import { apiServerProblems } from '../kube-check.js';

/** The errors of the API server about creating each Pod, without its warnings. */
export function errorsOf(pods: readonly KubernetesObject[]): string[][] {
  return apiServerProblems(pods).map((problems) =>
    (problems ?? []).filter((problem) => !problem.startsWith('warning: ')),
  );
}

/** A Pod that restricts its containers and volumes as little as possible. */
export function podWith(
  container: JsonObject,
  volumes: readonly JsonObject[],
  { isInit = false } = {},
): KubernetesObject {
  const given = { name: 'given', image: 'a', ...container };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'default' },
    spec: {
      containers: isInit ? [{ name: 'a', image: 'a' }] : [given],
      ...(isInit && { initContainers: [given] }),
      volumes,
      serviceAccountName: 'default',
      terminationGracePeriodSeconds: 2 ** 31,
    },
  };
}
