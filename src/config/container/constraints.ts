import { asList, asObject, isAbsent, type JsonObject } from '../../core/values/json.js';
import type { ConfigViolation } from '../schema/config-violation.js';
import {
  atMostOne,
  type Constraint,
  type Constraints,
  exactlyOne,
  onObject,
  required,
  unique,
  unset,
} from '../shape/constraint.js';
import { divisorConstraint, RESOURCE_CONSTRAINTS } from './resource-constraints.js';

const PROBE = exactlyOne('exec', 'httpGet', 'tcpSocket', 'grpc');
const HOOK = exactlyOne('exec', 'httpGet', 'tcpSocket', 'sleep');

const SINGLE_SUCCESS = onObject(({ successThreshold: given }) => {
  if (typeof given !== 'number' || given <= 1) return [];
  return [{ path: ['successThreshold'], expected: '1 (only readinessProbe allows more)', given }];
});

const VALUE_OR_SOURCE = onObject(({ value, valueFrom }) => {
  if (isAbsent(valueFrom) || isAbsent(value) || value === '') return [];
  return [{ path: [], expected: 'value or valueFrom, not both', given: ['value', 'valueFrom'] }];
});

const PROFILE: readonly Constraint[] = [
  required('localhostProfile', 'the path of the profile', ({ type }) => type === 'Localhost'),
  unset('localhostProfile', 'only for type: Localhost', ({ type }) => type !== 'Localhost'),
];

/** By default, both containers have `allowPrivilegeEscalation: false`, which contradicts `privileged`. */
const PRIVILEGES = onObject(({ privileged: given, allowPrivilegeEscalation }) => {
  if (given !== true || allowPrivilegeEscalation === true) return [];
  const expected = 'false (unless allowPrivilegeEscalation is true)';
  return [{ path: ['privileged'], expected, given }];
});

/** The kubelet refuses it; the API server does not. */
const ROOT = onObject(({ runAsUser, runAsNonRoot: given }) => {
  if (runAsUser !== 0 || given !== true) return [];
  return [{ path: ['runAsNonRoot'], expected: 'false with runAsUser: 0', given }];
});

const PORTS: readonly Constraint[] = [
  unique('name'),
  unique('containerPort', ({ containerPort, hostPort, protocol = 'TCP' }) =>
    isAbsent(hostPort) ? `${containerPort}/${protocol}` : undefined,
  ),
  unique('hostPort', ({ hostPort, hostIP = '', protocol = 'TCP' }) =>
    isAbsent(hostPort) ? undefined : `${hostIP}:${hostPort}/${protocol}`,
  ),
];

const RECURSIVE: readonly Constraint[] = [
  unset(
    'recursiveReadOnly',
    'only for readOnly: true and without mountPropagation',
    ({ recursiveReadOnly, readOnly, mountPropagation }) =>
      recursiveReadOnly !== 'Disabled' && (readOnly !== true || (mountPropagation ?? 'None') !== 'None'),
  ),
];

/**
 * Constraints between the fields of a container, which the API server validates in addition to their types. Source:
 * k8s.io/kubernetes v1.37, pkg/apis/core/validation/validation.go. The suite `chart` compares them with it.
 */
export const CONTAINER_CONSTRAINTS: Constraints = {
  livenessProbe: [PROBE, SINGLE_SUCCESS],
  startupProbe: [PROBE, SINGLE_SUCCESS],
  readinessProbe: [
    PROBE,
    unset('terminationGracePeriodSeconds', 'a readiness probe never stops the container'),
  ],
  'lifecycle.preStop': [HOOK],
  'lifecycle.postStart': [HOOK],
  'env.*': [VALUE_OR_SOURCE],
  'env.*.valueFrom': [
    exactlyOne('fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'),
  ],
  'env.*.valueFrom.resourceFieldRef': [divisorConstraint],
  'envFrom.*': [exactlyOne('configMapRef', 'secretRef')],
  ports: PORTS,
  resizePolicy: [unique('resourceName')],
  resources: RESOURCE_CONSTRAINTS,
  securityContext: [PRIVILEGES, ROOT],
  'securityContext.seccompProfile': PROFILE,
  'securityContext.appArmorProfile': PROFILE,
  volumeDevices: [unique('name'), unique('devicePath')],
  volumeMounts: [unique('mountPath')],
  'volumeMounts.*': [atMostOne('subPath', 'subPathExpr'), ...RECURSIVE],
  '': [onObject(propagationViolations), onObject(deviceViolations)],
};

function propagationViolations({ volumeMounts, securityContext }: JsonObject): ConfigViolation[] {
  if (asObject(securityContext).privileged === true) return [];
  return asList(volumeMounts).flatMap((mount, index) => {
    const { mountPropagation: given } = asObject(mount);
    if (given !== 'Bidirectional') return [];
    const expected = 'None or HostToContainer (unless the container is privileged)';
    return [{ path: ['volumeMounts', index, 'mountPropagation'], expected, given }];
  });
}

/** A volume is either mounted or used as a device. */
function deviceViolations({ volumeMounts, volumeDevices }: JsonObject): ConfigViolation[] {
  const mounts = asList(volumeMounts).map(asObject);
  const names = new Set(mounts.map(({ name }) => name));
  const paths = new Set(mounts.map(({ mountPath }) => mountPath));
  return asList(volumeDevices).flatMap((device, index) => {
    const { name, devicePath } = asObject(device);
    const path = ['volumeDevices', index];
    return [
      ...(names.has(name)
        ? [{ path: [...path, 'name'], expected: 'a volume not in volumeMounts', given: name }]
        : []),
      ...(paths.has(devicePath)
        ? [{ path: [...path, 'devicePath'], expected: 'a path not in volumeMounts', given: devicePath }]
        : []),
    ];
  });
}
