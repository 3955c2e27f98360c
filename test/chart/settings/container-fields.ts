import type { JsonObject } from '../../../src/core/values/json.js';

const HTTP = {
  path: '/',
  port: 'http',
  host: 'example.com',
  scheme: 'HTTPS',
  httpHeaders: [{ name: 'A', value: 'b' }],
};
const SETTINGS = {
  initialDelaySeconds: 1,
  timeoutSeconds: 1,
  periodSeconds: 1,
  successThreshold: 1,
  failureThreshold: 1,
};
const KEY = { name: 'a', key: 'b', optional: true };

/** Valid fields of a container. Together, they have every field that the configuration may set. */
export const CONTAINER_FIELDS: readonly JsonObject[] = [
  { args: ['a'], command: ['b'], workingDir: '/', stdin: true, stdinOnce: true, tty: true },
  { terminationMessagePath: '/a', terminationMessagePolicy: 'File' },
  { env: [{ name: 'A', value: 'b' }] },
  {
    env: [
      { name: 'A', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: "metadata.labels['a.b/c']" } } },
    ],
  },
  { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'status.podIPs' } } }] },
  {
    env: [
      {
        name: 'A',
        valueFrom: { resourceFieldRef: { containerName: 'a', resource: 'limits.memory', divisor: '1Mi' } },
      },
    ],
  },
  { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'requests.cpu', divisor: '1m' } } }] },
  { env: [{ name: 'A', valueFrom: { configMapKeyRef: KEY } }] },
  { env: [{ name: 'A', valueFrom: { secretKeyRef: KEY } }] },
  {
    env: [
      {
        name: 'A',
        valueFrom: { fileKeyRef: { volumeName: 'empty', path: 'a/b', key: 'c', optional: true } },
      },
    ],
  },
  { envFrom: [{ prefix: 'A_', configMapRef: { name: 'a', optional: true } }] },
  { envFrom: [{ secretRef: { name: 'a', optional: true } }] },
  { lifecycle: { postStart: { exec: { command: ['a'] } }, preStop: { sleep: { seconds: 1 } } } },
  { lifecycle: { postStart: { httpGet: HTTP }, preStop: { tcpSocket: { port: 1, host: 'a' } } } },
  { livenessProbe: { exec: { command: ['a'] }, ...SETTINGS, terminationGracePeriodSeconds: 1 } },
  { startupProbe: { grpc: { port: 1, service: 'a' }, ...SETTINGS, terminationGracePeriodSeconds: 1 } },
  { readinessProbe: { httpGet: HTTP, ...SETTINGS } },
  { ports: [{ name: 'a', containerPort: 1, hostPort: 2, hostIP: '10.0.0.1', protocol: 'TCP' }] },
  { ports: [{ name: 'a', containerPort: 1 }] },
  { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] },
  { resources: { limits: { memory: '64Mi' }, requests: { memory: '64Mi', cpu: '100m' } } },
  { resources: { limits: { 'example.com/gpu': 1 }, requests: { 'example.com/gpu': '1' } } },
  { resources: { limits: { 'hugepages-2Mi': '4Mi', cpu: 1 }, requests: { 'hugepages-2Mi': '4Mi' } } },
  {
    securityContext: {
      allowPrivilegeEscalation: true,
      appArmorProfile: { type: 'Localhost', localhostProfile: 'a' },
      capabilities: { add: ['NET_RAW'], drop: ['ALL'] },
      privileged: true,
      procMount: 'Default',
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      seLinuxOptions: { level: 'a', role: 'a', type: 'a', user: 'a' },
      seccompProfile: { type: 'Localhost', localhostProfile: 'a/b' },
    },
  },
  {
    securityContext: { seccompProfile: { type: 'RuntimeDefault' }, appArmorProfile: { type: 'Unconfined' } },
  },
  { volumeDevices: [{ name: 'claim', devicePath: '/dev/a' }] },
  { volumeMounts: [{ name: 'empty', mountPath: '/a', mountPropagation: 'HostToContainer', subPath: 'a/b' }] },
  {
    volumeMounts: [
      { name: 'empty', mountPath: '/a', readOnly: true, recursiveReadOnly: 'Enabled', subPathExpr: 'a' },
    ],
  },
];

/** The volumes that these fields refer to. */
export const FIELD_VOLUMES: readonly JsonObject[] = [
  { name: 'empty' },
  { name: 'claim', persistentVolumeClaim: { claimName: 'a' } },
];
