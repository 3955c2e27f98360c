import {
  CAPABILITY,
  COUNT,
  DATA_KEY,
  FLAG,
  HEADER_NAME,
  LABEL_NAME,
  OBJECT_NAME,
  PATH,
  PORT,
  PORT_NAME,
  PORT_OR_NAME,
  POSITIVE,
  pattern,
  QUALIFIED,
  QUANTITY,
  RELATIVE_PATH,
  TEXT,
  USER_OR_GROUP,
  VARIABLE,
  word,
} from '../shape/scalars.js';
import type { ObjectShape } from '../shape/shape.js';
import { ANY_FIELD } from '../shape/shape.js';

export const API_VERSION = pattern('v1', /^v1$/);
const KEY_REF = { 'name!': OBJECT_NAME, 'key!': DATA_KEY, optional: FLAG } as const;
const OBJECT_REF = { 'name!': OBJECT_NAME, optional: FLAG } as const;
const PROFILE = { 'type!': word('RuntimeDefault', 'Unconfined', 'Localhost') } as const;

/** A reference to a resource of a container, in variables and in volumes. */
export const RESOURCE_FIELD = pattern(
  'a resource of the container, such as limits.memory',
  /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/,
);

/** A subscript of `metadata.labels` or `metadata.annotations`. */
const SUBSCRIPT = `metadata\\.(labels|annotations)\\['${QUALIFIED}'\\]`;

const VARIABLE_FIELD = pattern(
  "a field of the Pod, such as status.podIP or metadata.labels['app']",
  new RegExp(
    `^(metadata\\.(name|namespace|uid)|spec\\.(nodeName|serviceAccountName)|status\\.(host|pod)IPs?|${SUBSCRIPT})$`,
  ),
);

/** The same in volumes. */
export const FILE_FIELD = pattern(
  "a field of the Pod's metadata, such as metadata.labels",
  new RegExp(`^(metadata\\.(name|namespace|uid|labels|annotations)|${SUBSCRIPT})$`),
);

const HANDLER = {
  exec: { 'command!': [TEXT] },
  httpGet: {
    path: TEXT,
    'port!': PORT_OR_NAME,
    host: TEXT,
    scheme: word('HTTP', 'HTTPS'),
    httpHeaders: [{ 'name!': HEADER_NAME, value: TEXT }],
  },
  tcpSocket: { 'port!': PORT_OR_NAME, host: TEXT },
} as const;

const PROBE = {
  ...HANDLER,
  grpc: { 'port!': PORT, service: TEXT },
  initialDelaySeconds: COUNT,
  timeoutSeconds: COUNT,
  periodSeconds: COUNT,
  successThreshold: COUNT,
  failureThreshold: COUNT,
  terminationGracePeriodSeconds: POSITIVE,
} as const;

const HOOK = { ...HANDLER, sleep: { 'seconds!': COUNT } } as const;

/**
 * The fields of a core/v1 Container that the configuration may set: k8s.io/api v0.37, core/v1/types.go, without those
 * that are off by default (alpha), and without those that only some Pods could have; see `FIXED` in
 * `container-violations.ts`. `restartPolicyRules` is not one of them, because it requires a `restartPolicy`, which the
 * injector sets.
 */
export const CONTAINER_SHAPE: ObjectShape = {
  args: [TEXT],
  command: [TEXT],
  env: [
    {
      'name!': VARIABLE,
      value: TEXT,
      valueFrom: {
        fieldRef: { apiVersion: API_VERSION, 'fieldPath!': VARIABLE_FIELD },
        resourceFieldRef: { containerName: TEXT, 'resource!': RESOURCE_FIELD, divisor: QUANTITY },
        configMapKeyRef: KEY_REF,
        secretKeyRef: KEY_REF,
        fileKeyRef: { 'volumeName!': LABEL_NAME, 'path!': PATH, 'key!': VARIABLE, optional: FLAG },
      },
    },
  ],
  envFrom: [{ prefix: VARIABLE, configMapRef: OBJECT_REF, secretRef: OBJECT_REF }],
  lifecycle: { postStart: HOOK, preStop: HOOK },
  livenessProbe: PROBE,
  ports: [
    {
      name: PORT_NAME,
      'containerPort!': PORT,
      hostPort: PORT,
      hostIP: TEXT,
      protocol: word('TCP', 'UDP', 'SCTP'),
    },
  ],
  readinessProbe: PROBE,
  resizePolicy: [
    { 'resourceName!': word('cpu', 'memory'), 'restartPolicy!': word('NotRequired', 'RestartContainer') },
  ],
  resources: {
    limits: { [ANY_FIELD]: QUANTITY },
    requests: { [ANY_FIELD]: QUANTITY },
  },
  securityContext: {
    allowPrivilegeEscalation: FLAG,
    appArmorProfile: {
      ...PROFILE,
      localhostProfile: pattern('a name without spaces around it', /^\S(.*\S)?$/),
    },
    capabilities: { add: [CAPABILITY], drop: [CAPABILITY] },
    privileged: FLAG,
    procMount: pattern('Default (Unmasked needs a Pod with hostUsers: false)', /^Default$/),
    readOnlyRootFilesystem: FLAG,
    runAsGroup: USER_OR_GROUP,
    runAsNonRoot: FLAG,
    runAsUser: USER_OR_GROUP,
    seLinuxOptions: { level: TEXT, role: TEXT, type: TEXT, user: TEXT },
    seccompProfile: { ...PROFILE, localhostProfile: RELATIVE_PATH },
  },
  startupProbe: PROBE,
  stdin: FLAG,
  stdinOnce: FLAG,
  terminationMessagePath: TEXT,
  terminationMessagePolicy: word('File', 'FallbackToLogsOnError'),
  tty: FLAG,
  volumeDevices: [{ 'name!': LABEL_NAME, 'devicePath!': PATH }],
  volumeMounts: [
    {
      'name!': LABEL_NAME,
      'mountPath!': TEXT,
      mountPropagation: word('None', 'HostToContainer', 'Bidirectional'),
      readOnly: FLAG,
      recursiveReadOnly: word('Disabled', 'IfPossible', 'Enabled'),
      subPath: RELATIVE_PATH,
      subPathExpr: RELATIVE_PATH,
    },
  ],
  workingDir: TEXT,
};
