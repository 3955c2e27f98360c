import type { KubernetesObject } from '../../chart/chart.js';
import { PEER_IMAGE } from '../../cluster/local-cluster/images.js';
import { peer } from '../../cluster/pods/peers.js';
import type { Row } from './factors.js';

/** Keeps a deleted Pod, so that its last status can be read. */
export const FINALIZER = 'test.example.com/kept';

/** The ports of the app: HTTP, and gRPC's health service. */
export const PORTS = { http: 8080, grpc: 9090 } as const;

/** The handlers of probes of the app. */
const HANDLERS: { readonly [probes in Row['probes']]?: object } = {
  httpGet: { httpGet: { path: '/healthz', port: PORTS.http } },
  tcpSocket: { tcpSocket: { port: PORTS.http } },
  grpc: { grpc: { port: PORTS.grpc } },
  exec: { exec: { command: ['/peer', 'ask', 'tcp', `127.0.0.1:${PORTS.http}`] } },
};

/** How the rows vary a Pod: fields of its app container and of its spec. `server` is the address of another app. */
const VARIATIONS: {
  readonly [pod in Row['pod']]: (server: string) => { readonly app?: object; readonly spec?: object };
} = {
  plain: () => ({}),
  runAsNonRoot: () => ({ spec: { securityContext: { runAsNonRoot: true } } }),
  readOnlyRootFilesystem: () => ({ app: { securityContext: { readOnlyRootFilesystem: true } } }),
  'hostUsers: false': () => ({ spec: { hostUsers: false } }),
  'Pod-level resources': () => ({
    spec: {
      resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } },
    },
  }),
  shareProcessNamespace: () => ({ spec: { shareProcessNamespace: true } }),
  'native sidecar': () => ({
    spec: {
      initContainers: [{ name: 'helper', image: PEER_IMAGE, args: ['pause'], restartPolicy: 'Always' }],
    },
  }),
  'init container with network': (server) => ({
    spec: { initContainers: [{ name: 'first', image: PEER_IMAGE, args: ['ask', 'tcp', server] }] },
  }),
};

/** The workload of a row: one Pod, with the row's name as its label `app`. */
export function workloadOf(row: Row, name: string, server: string): KubernetesObject {
  const { app = {}, spec = {} } = VARIATIONS[row.pod](server);
  const annotations = {
    mode: row.mode,
    outbound: 'enabled',
    // Otherwise, an init container that comes before the proxy listens would fail.
    ...(row.mode === 'native' && { 'hold-application': 'enabled' }),
  };
  const pod = peer(name, annotations, { ...probesOf(row), ...app }, spec);
  const labels = pod.metadata.labels;
  const template = {
    metadata: { labels, annotations: pod.metadata.annotations, finalizers: [FINALIZER] },
    spec: pod.spec,
  };
  return { ...WORKLOADS[row.workload](template, { matchLabels: labels }), metadata: { name } };
}

/** Frequent at the start, and as Kubernetes has them by default afterwards. A busy machine may answer late. */
function probesOf({ probes }: Row): object {
  const handler = HANDLERS[probes];
  if (handler === undefined) return {};
  const probe = { ...handler, timeoutSeconds: 5 };
  return {
    startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 120 },
    readinessProbe: probe,
    livenessProbe: probe,
  };
}

const WORKLOADS: {
  readonly [workload in Row['workload']]: (template: KubernetesObject, selector: object) => KubernetesObject;
} = {
  Deployment: (template, selector) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: { selector, template },
  }),
  StatefulSet: (template, selector) => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    spec: { selector, template, serviceName: 'none' },
  }),
  DaemonSet: (template, selector) => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    spec: { selector, template },
  }),
  Job: (template) => ({ apiVersion: 'batch/v1', kind: 'Job', spec: jobSpec(template) }),
  // Undocumented, but the only schedule with an interval of less than a minute.
  CronJob: (template) => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    spec: {
      schedule: '@every 1s',
      concurrencyPolicy: 'Forbid',
      jobTemplate: { spec: jobSpec(template) },
    },
  }),
};

function jobSpec({ metadata, spec }: KubernetesObject): object {
  return { backoffLimit: 0, template: { metadata, spec: { ...spec, restartPolicy: 'Never' } } };
}
