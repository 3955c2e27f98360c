import type { JsonObject } from '../../../src/core/values/json.js';

/** The test name, settings that would make the API server reject every Pod, and their path in the configuration. */
export type Row = readonly [string, JsonObject, string];

const TCP = { tcpSocket: { port: 1 } };
const A_MOUNT = { name: 'v', mountPath: '/a' };
const A_VARIABLE = { fieldRef: { fieldPath: 'metadata.name' } };

const A_KEY = { name: 'a', key: 'b' };
const A_DEVICE = { name: 'v', devicePath: '/a' };

/** Fields of either container. */
export const CONTAINERS: readonly Row[] = [
  ['a probe without a handler', { livenessProbe: { periodSeconds: 5 } }, 'livenessProbe'],
  ['a probe with two handlers', { livenessProbe: { ...TCP, exec: { command: ['a'] } } }, 'livenessProbe'],
  [
    'a probe with a negative period',
    { livenessProbe: { ...TCP, periodSeconds: -1 } },
    'livenessProbe.periodSeconds',
  ],
  [
    'a liveness probe with successThreshold 2',
    { livenessProbe: { ...TCP, successThreshold: 2 } },
    'livenessProbe.successThreshold',
  ],
  ['a probe on port 0', { livenessProbe: { grpc: { port: 0 } } }, 'livenessProbe.grpc.port'],
  [
    'a lowercase scheme',
    { livenessProbe: { httpGet: { port: 1, scheme: 'http' } } },
    'livenessProbe.httpGet.scheme',
  ],
  ['a hook without a handler', { lifecycle: { preStop: {} } }, 'lifecycle.preStop'],
  [
    'a hook with a negative sleep',
    { lifecycle: { preStop: { sleep: { seconds: -1 } } } },
    'lifecycle.preStop.sleep.seconds',
  ],
  ['a variable with two values', { env: [{ name: 'a', value: 'b', valueFrom: A_VARIABLE }] }, 'env[0]'],
  ['a variable without a source', { env: [{ name: 'a', valueFrom: {} }] }, 'env[0].valueFrom'],
  ['envFrom without a source', { envFrom: [{}] }, 'envFrom[0]'],
  [
    'a port name that is too long',
    { ports: [{ name: 'a-port-of-16-chars', containerPort: 1 }] },
    'ports[0].name',
  ],
  [
    'a duplicate port name',
    {
      ports: [
        { name: 'a', containerPort: 1 },
        { name: 'a', containerPort: 2 },
      ],
    },
    'ports[1].name',
  ],
  ['a lowercase protocol', { ports: [{ containerPort: 1, protocol: 'tcp' }] }, 'ports[0].protocol'],
  [
    'a GPU without a limit',
    { resources: { requests: { 'nvidia.com/gpu': 1 } } },
    'resources.limits["nvidia.com/gpu"]',
  ],
  ['an unknown resource', { resources: { requests: { cpus: 1 } } }, 'resources.requests'],
  ['two mounts on the same path', { volumeMounts: [A_MOUNT, A_MOUNT] }, 'volumeMounts[1].mountPath'],
  ['an absolute subPath', { volumeMounts: [{ ...A_MOUNT, subPath: '/b' }] }, 'volumeMounts[0].subPath'],
  [
    'an unknown mount propagation',
    { volumeMounts: [{ ...A_MOUNT, mountPropagation: 'Both' }] },
    'volumeMounts[0].mountPropagation',
  ],
  [
    'an unknown seccomp profile',
    { securityContext: { seccompProfile: { type: 'Default' } } },
    'securityContext.seccompProfile.type',
  ],
  [
    'a privileged container without privilege escalation',
    { securityContext: { privileged: true, allowPrivilegeEscalation: false } },
    'securityContext.privileged',
  ],
  [
    'a Localhost profile without a file',
    { securityContext: { seccompProfile: { type: 'Localhost' } } },
    'securityContext.seccompProfile.localhostProfile',
  ],
  [
    'a readiness probe with a grace period',
    { readinessProbe: { ...TCP, terminationGracePeriodSeconds: 5 } },
    'readinessProbe.terminationGracePeriodSeconds',
  ],
  ['an unknown proc mount', { securityContext: { procMount: 'All' } }, 'securityContext.procMount'],
  ['an unknown termination message policy', { terminationMessagePolicy: 'Log' }, 'terminationMessagePolicy'],
  [
    'an unknown resize policy',
    { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'No' }] },
    'resizePolicy[0].restartPolicy',
  ],
  [
    'an exec handler without a command',
    { lifecycle: { postStart: { exec: {} } } },
    'lifecycle.postStart.exec.command',
  ],
  [
    'a hook with two handlers',
    { lifecycle: { preStop: { ...TCP, sleep: { seconds: 1 } } } },
    'lifecycle.preStop',
  ],
  ['a stop signal', { lifecycle: { stopSignal: 'SIGINT' } }, 'lifecycle.stopSignal'],
  [
    'a probe of a port name that is a number',
    { livenessProbe: { tcpSocket: { port: '80' } } },
    'livenessProbe.tcpSocket.port',
  ],
  [
    'a liveness probe without a grace period',
    { livenessProbe: { ...TCP, terminationGracePeriodSeconds: 0 } },
    'livenessProbe.terminationGracePeriodSeconds',
  ],
  [
    'a header with a space',
    { livenessProbe: { httpGet: { port: 1, httpHeaders: [{ name: 'a b', value: 'c' }] } } },
    'livenessProbe.httpGet.httpHeaders[0].name',
  ],
  ['a variable with = in its name', { env: [{ name: 'a=b' }] }, 'env[0].name'],
  [
    'a variable with two sources',
    { env: [{ name: 'a', valueFrom: { ...A_VARIABLE, secretKeyRef: A_KEY } }] },
    'env[0].valueFrom',
  ],
  [
    'an unknown field of the Pod',
    { env: [{ name: 'a', valueFrom: { fieldRef: { fieldPath: 'spec.hostname' } } }] },
    'env[0].valueFrom.fieldRef.fieldPath',
  ],
  [
    'an unknown resource of the container',
    { env: [{ name: 'a', valueFrom: { resourceFieldRef: { resource: 'limits.gpu' } } }] },
    'env[0].valueFrom.resourceFieldRef.resource',
  ],
  [
    'a divisor that does not fit',
    { env: [{ name: 'a', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1Mi' } } }] },
    'env[0].valueFrom.resourceFieldRef.divisor',
  ],
  [
    'a key with a slash',
    { env: [{ name: 'a', valueFrom: { configMapKeyRef: { name: 'a', key: 'b/c' } } }] },
    'env[0].valueFrom.configMapKeyRef.key',
  ],
  [
    'a key of no ConfigMap',
    { env: [{ name: 'a', valueFrom: { configMapKeyRef: { key: 'b' } } }] },
    'env[0].valueFrom.configMapKeyRef.name',
  ],
  [
    'a variable from a file in no volume',
    { env: [{ name: 'a', valueFrom: { fileKeyRef: { volumeName: 'w', path: 'a', key: 'b' } } }] },
    'env[0].valueFrom.fileKeyRef.volumeName',
  ],
  [
    'envFrom with two sources',
    { envFrom: [{ configMapRef: { name: 'a' }, secretRef: { name: 'a' } }] },
    'envFrom[0]',
  ],
  ['an uppercase port name', { ports: [{ name: 'HTTP', containerPort: 1 }] }, 'ports[0].name'],
  ['a port above 65535', { ports: [{ containerPort: 65536 }] }, 'ports[0].containerPort'],
  [
    'a duplicate host port',
    {
      ports: [
        { containerPort: 1, hostPort: 3 },
        { containerPort: 2, hostPort: 3 },
      ],
    },
    'ports[1].hostPort',
  ],
  [
    'half a GPU',
    { resources: { limits: { 'nvidia.com/gpu': '500m' } } },
    'resources.limits["nvidia.com/gpu"]',
  ],
  [
    'fewer GPUs than the limit',
    { resources: { limits: { 'nvidia.com/gpu': 2 }, requests: { 'nvidia.com/gpu': 1 } } },
    'resources.requests["nvidia.com/gpu"]',
  ],
  ['huge pages without memory', { resources: { limits: { 'hugepages-2Mi': '2Mi' } } }, 'resources'],
  [
    'part of a huge page',
    { resources: { limits: { 'hugepages-2Mi': '3Mi', memory: '1Mi' } } },
    'resources.limits.hugepages-2Mi',
  ],
  [
    'a request above its limit',
    { resources: { limits: { cpu: 1 }, requests: { cpu: 2 } } },
    'resources.requests.cpu',
  ],
  ['a claim that no Pod has', { resources: { claims: [{ name: 'a' }] } }, 'resources.claims'],
  [
    'a duplicate resize policy',
    {
      resizePolicy: [
        { resourceName: 'cpu', restartPolicy: 'NotRequired' },
        { resourceName: 'cpu', restartPolicy: 'NotRequired' },
      ],
    },
    'resizePolicy[1].resourceName',
  ],
  [
    'a resize policy of a disk',
    { resizePolicy: [{ resourceName: 'ephemeral-storage', restartPolicy: 'NotRequired' }] },
    'resizePolicy[0].resourceName',
  ],
  ['a mount of no volume', { volumeMounts: [{ name: 'w', mountPath: '/a' }] }, 'volumeMounts[0].name'],
  ['a mount without a path', { volumeMounts: [{ name: 'v' }] }, 'volumeMounts[0].mountPath'],
  [
    'a subPath that leaves the volume',
    { volumeMounts: [{ ...A_MOUNT, subPath: 'a/../../b' }] },
    'volumeMounts[0].subPath',
  ],
  [
    'a mount with two subPaths',
    { volumeMounts: [{ ...A_MOUNT, subPath: 'a', subPathExpr: 'b' }] },
    'volumeMounts[0]',
  ],
  [
    'a mount that propagates to the node',
    { volumeMounts: [{ ...A_MOUNT, mountPropagation: 'Bidirectional' }] },
    'volumeMounts[0].mountPropagation',
  ],
  [
    'a recursive read-only mount that is writable',
    { volumeMounts: [{ ...A_MOUNT, recursiveReadOnly: 'Enabled' }] },
    'volumeMounts[0].recursiveReadOnly',
  ],
  ['a device of a volume without blocks', { volumeDevices: [A_DEVICE] }, 'volumeDevices[0].name'],
  [
    'a seccomp profile outside of its folder',
    { securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: '/a' } } },
    'securityContext.seccompProfile.localhostProfile',
  ],
  [
    'a runtime profile with a file',
    { securityContext: { appArmorProfile: { type: 'RuntimeDefault', localhostProfile: 'a' } } },
    'securityContext.appArmorProfile.localhostProfile',
  ],
  ['an unmasked /proc', { securityContext: { procMount: 'Unmasked' } }, 'securityContext.procMount'],
];

/** Fields that Kubernetes does not allow in init containers. */
export const INIT_CONTAINERS: readonly Row[] = [
  ['a probe', { startupProbe: TCP }, 'startupProbe'],
  ['a hook', { lifecycle: { preStop: TCP } }, 'lifecycle'],
  [
    'a restart to resize',
    { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] },
    'resizePolicy',
  ],
];
