import type { Path } from '../values/path.js';
import {
  anything,
  list,
  nonEmptyList,
  object,
  optional,
  type Shape,
  stringMap,
  type TypeOf,
  text,
} from '../values/shape.js';
import type { Violation } from '../values/violation.js';

const SECURITY_CONTEXT = object({
  runAsUser: anything,
  runAsGroup: anything,
  windowsOptions: optional(object({})),
});

const POD_SECURITY_CONTEXT = object({
  runAsUser: anything,
  runAsGroup: anything,
  fsGroup: anything,
  supplementalGroups: optional(list(anything)),
  windowsOptions: optional(object({})),
});

const CONTAINER = object({
  name: text,
  restartPolicy: anything,
  resources: anything,
  env: optional(list(object({ name: anything }))),
  ports: optional(list(object({ containerPort: anything, protocol: anything, name: anything }))),
  volumeMounts: optional(list(object({ name: anything }))),
  volumeDevices: optional(list(object({ name: anything }))),
  securityContext: optional(SECURITY_CONTEXT),
  startupProbe: anything,
  livenessProbe: anything,
  readinessProbe: anything,
  lifecycle: anything,
});

const METADATA = object({ annotations: optional(stringMap), labels: optional(stringMap) });

const NODE_SELECTOR_TERM = object({
  matchExpressions: optional(
    list(object({ key: anything, operator: anything, values: optional(list(anything)) })),
  ),
});

const AFFINITY = object({
  nodeAffinity: optional(
    object({
      requiredDuringSchedulingIgnoredDuringExecution: optional(
        object({ nodeSelectorTerms: optional(list(NODE_SELECTOR_TERM)) }),
      ),
    }),
  ),
});

const POD = object(
  {
    metadata: optional(METADATA),
    spec: object({
      containers: nonEmptyList('container', CONTAINER),
      initContainers: optional(list(CONTAINER)),
      volumes: optional(list(object({ name: anything }))),
      imagePullSecrets: optional(list(object({ name: anything }))),
      nodeSelector: optional(stringMap),
      affinity: optional(AFFINITY),
      os: optional(object({ name: anything })),
      securityContext: optional(POD_SECURITY_CONTEXT),
      hostNetwork: anything,
      resources: anything,
      restartPolicy: anything,
      terminationGracePeriodSeconds: anything,
    }),
  },
  'a Pod',
);

/**
 * The parts of a core/v1 Pod that decisions and patches read, as checked by {@link checkPod}. Everything else stays raw
 * JSON.
 */
export type Pod = TypeOf<typeof POD>;

/** Part of a core/v1 Container. */
export type Container = TypeOf<typeof CONTAINER>;

/** Part of a NodeSelectorTerm. */
export type NodeSelectorTerm = TypeOf<typeof NODE_SELECTOR_TERM>;

/** Part of a SecurityContext. The PodSecurityContext holds the defaults of these fields. */
export type SecurityContext = TypeOf<typeof SECURITY_CONTEXT>;

/**
 * Returns the first violation that keeps an object from being a {@link Pod}; undefined if there is none. A Pod without
 * containers is malformed too: with a proxy, the API server would accept it.
 */
export const checkPod: (value: unknown) => Violation<string> | undefined = POD;

/** Returns the first violation in the annotations and labels of any object; undefined if there is none. */
export const checkMetadata: (value: unknown) => Violation<string> | undefined = object({
  metadata: optional(METADATA),
}) satisfies Shape<unknown>;

/** The containers of a Pod, followed by its init containers. */
export function everyContainer({ spec }: Pod): readonly Container[] {
  return spec.initContainers ? [...spec.containers, ...spec.initContainers] : spec.containers;
}

/** The path of a container of the Pod: `['spec', 'containers', 0]`. */
export function containerPath({ spec }: Pod, container: Container): Path {
  const index = spec.containers.indexOf(container);
  if (index >= 0) return ['spec', 'containers', index];
  return ['spec', 'initContainers', spec.initContainers?.indexOf(container) ?? -1];
}
