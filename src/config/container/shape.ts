/** The JSON type of a field: a scalar, a list of one shape, or an object. A trailing `!` marks a required field. */
export type Shape = ScalarShape | readonly [Shape] | ObjectShape;
export type ScalarShape =
  | 'a string'
  | 'a whole number'
  | 'a count'
  | 'a boolean'
  | 'a port'
  | 'a port or its name'
  | 'a port name'
  | 'a relative path'
  | 'a protocol'
  | 'a scheme'
  | 'a profile type'
  | 'a mount propagation'
  | 'a recursive read-only mode'
  | 'a resize policy'
  | 'a termination message policy'
  | 'a proc mount'
  | 'a user or group'
  | 'a capability'
  | 'a quantity';
export interface ObjectShape {
  readonly [field: string]: Shape;
}

/** Matches any field name; the key of a map's shape. */
export const ANY_FIELD = '*';

const TEXT = 'a string';
const NUMBER = 'a whole number';
const FLAG = 'a boolean';
const AMOUNTS = { [ANY_FIELD]: 'a quantity' } as const;
const KEY_REF = { name: TEXT, 'key!': TEXT, optional: FLAG } as const;
const OBJECT_REF = { name: TEXT, optional: FLAG } as const;
const PROFILE = { 'type!': 'a profile type', localhostProfile: TEXT } as const;

const HANDLER = {
  exec: { command: [TEXT] },
  httpGet: {
    path: TEXT,
    'port!': 'a port or its name',
    host: TEXT,
    scheme: 'a scheme',
    httpHeaders: [{ 'name!': TEXT, 'value!': TEXT }],
  },
  tcpSocket: { 'port!': 'a port or its name', host: TEXT },
} as const;

const PROBE = {
  ...HANDLER,
  grpc: { 'port!': 'a port', service: TEXT },
  initialDelaySeconds: 'a count',
  timeoutSeconds: 'a count',
  periodSeconds: 'a count',
  successThreshold: 'a count',
  failureThreshold: 'a count',
  terminationGracePeriodSeconds: NUMBER,
} as const;

const HOOK = { ...HANDLER, sleep: { 'seconds!': 'a count' } } as const;

/**
 * The fields of a core/v1 Container that the configuration may set: k8s.io/api v0.37, core/v1/types.go.
 * `restartPolicyRules` is not one of them, because it requires a `restartPolicy`, which the injector sets.
 */
export const CONTAINER_SHAPE: ObjectShape = {
  args: [TEXT],
  command: [TEXT],
  env: [
    {
      'name!': TEXT,
      value: TEXT,
      valueFrom: {
        fieldRef: { apiVersion: TEXT, 'fieldPath!': TEXT },
        resourceFieldRef: { containerName: TEXT, 'resource!': TEXT, divisor: 'a quantity' },
        configMapKeyRef: KEY_REF,
        secretKeyRef: KEY_REF,
        fileKeyRef: { 'volumeName!': TEXT, 'path!': TEXT, 'key!': TEXT, optional: FLAG },
      },
    },
  ],
  envFrom: [{ prefix: TEXT, configMapRef: OBJECT_REF, secretRef: OBJECT_REF }],
  lifecycle: { postStart: HOOK, preStop: HOOK, stopSignal: TEXT },
  livenessProbe: PROBE,
  ports: [
    {
      name: 'a port name',
      'containerPort!': 'a port',
      hostPort: 'a port',
      hostIP: TEXT,
      protocol: 'a protocol',
    },
  ],
  readinessProbe: PROBE,
  resizePolicy: [{ 'resourceName!': TEXT, 'restartPolicy!': 'a resize policy' }],
  resources: { limits: AMOUNTS, requests: AMOUNTS, claims: [{ 'name!': TEXT, request: TEXT }] },
  securityContext: {
    allowPrivilegeEscalation: FLAG,
    appArmorProfile: PROFILE,
    capabilities: { add: ['a capability'], drop: ['a capability'] },
    privileged: FLAG,
    procMount: 'a proc mount',
    readOnlyRootFilesystem: FLAG,
    runAsGroup: 'a user or group',
    runAsNonRoot: FLAG,
    runAsUser: 'a user or group',
    seLinuxOptions: { level: TEXT, role: TEXT, type: TEXT, user: TEXT },
    seccompProfile: PROFILE,
  },
  startupProbe: PROBE,
  stdin: FLAG,
  stdinOnce: FLAG,
  terminationMessagePath: TEXT,
  terminationMessagePolicy: 'a termination message policy',
  tty: FLAG,
  volumeDevices: [{ 'name!': TEXT, 'devicePath!': TEXT }],
  volumeMounts: [
    {
      'name!': TEXT,
      'mountPath!': TEXT,
      mountPropagation: 'a mount propagation',
      readOnly: FLAG,
      recursiveReadOnly: 'a recursive read-only mode',
      subPath: 'a relative path',
      subPathExpr: 'a relative path',
    },
  ],
  workingDir: TEXT,
};
