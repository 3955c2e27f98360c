import { randomUUID } from 'node:crypto';
import { recordedReview } from '../../test/support/reviews.js';

/** Recorded Pods that together are of the usual size: about 9 KB each, indented, without managed fields. */
const RECORDED = ['pod-30-env', 'pod-by-replicaset', 'pod-by-replicaset'];

const TOKEN_VOLUME = {
  name: 'kube-api-access',
  projected: {
    defaultMode: 420,
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
      { downwardAPI: { items: [{ fieldRef: { fieldPath: 'metadata.namespace' }, path: 'namespace' }] } },
    ],
  },
};
const CONDITIONS = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];
const DIGEST = '0123456789abcdef'.repeat(4);
const TIME = '2026-11-29T20:00:00Z';

/** A list of running Pods as `kubectl get pods -A -o json` prints it. */
export function podList(count: number): string {
  const items = Array.from({ length: count }, (_, index) => runningPod(index));
  return `${JSON.stringify({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }, null, 4)}\n`;
}

function runningPod(index: number): object {
  const name = RECORDED[index % RECORDED.length] ?? '';
  const { metadata, spec } = JSON.parse(recordedReview(name)).request.object;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      managedFields: undefined,
      name: `web-6d4cf56db6-${index}`,
      namespace: `team-${index % 40}`,
      resourceVersion: String(100_000 + index),
      uid: randomUUID(),
    },
    spec: { ...spec, nodeName: `node-${index % 50}`, volumes: [TOKEN_VOLUME] },
    status: {
      conditions: CONDITIONS.map((type) => ({
        lastProbeTime: null,
        lastTransitionTime: TIME,
        observedGeneration: 1,
        status: 'True',
        type,
      })),
      containerStatuses: spec.containers.map(
        (container: { readonly name: string; readonly image: string }) => ({
          ...container,
          allocatedResources: { cpu: '100m', memory: '64Mi' },
          containerID: `containerd://${DIGEST}`,
          imageID: `${container.image}@sha256:${DIGEST}`,
          lastState: {},
          ready: true,
          restartCount: 0,
          started: true,
          state: { running: { startedAt: TIME } },
        }),
      ),
      hostIP: '10.0.0.1',
      phase: 'Running',
      podIP: `10.1.0.${index % 250}`,
      qosClass: 'Burstable',
      startTime: TIME,
    },
  };
}
