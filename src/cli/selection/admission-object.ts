import { isAbsent, isObject, type JsonObject } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import type { PodSubject } from './pod-subject.js';

/** Fields of a Pod that the API server or the controller may set if they are missing, at any depth of the spec. */
const SET_BY_SERVER = new Set([
  // defaults: kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1
  ...['restartPolicy', 'terminationGracePeriodSeconds', 'dnsPolicy', 'schedulerName', 'securityContext'],
  ...['enableServiceLinks', 'imagePullPolicy', 'terminationMessagePath', 'terminationMessagePolicy'],
  ...['resources', 'protocol', 'apiVersion', 'scheme', 'path', 'defaultMode', 'timeoutSeconds'],
  ...['periodSeconds', 'successThreshold', 'failureThreshold', 'requests', 'limits', 'hostPort'],
  // admission plugins that run before the webhooks
  ...['serviceAccount', 'serviceAccountName', 'imagePullSecrets', 'volumes', 'volumeMounts', 'tolerations'],
  ...['priority', 'priorityClassName', 'preemptionPolicy', 'overhead', 'nodeSelector'],
  // controllers
  ...['affinity', 'nodeName', 'hostname', 'subdomain', 'env'],
]);

/** Booleans of a Pod that the API server leaves out if they are false. */
const FALSE_IS_ABSENT = new Set([
  'hostNetwork',
  'hostPID',
  'hostIPC',
  'stdin',
  'stdinOnce',
  'tty',
  'readOnly',
]);

/** Metadata that only users set. */
const USER_METADATA = new Set(['annotations', 'labels', 'finalizers', 'namespace', 'deletionTimestamp']);

/** The Pod as the API server presents it to a match condition, as far as it is known. */
export function admittedPod({ object, namespace }: PodSubject): JsonObject {
  const { metadata, spec } = withoutEmpty(object) as JsonObject;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...(isObject(metadata) && metadata), namespace },
    spec: isObject(spec) ? spec : {},
  };
}

/** The fields of the request that are known before there is one. */
export function admittedRequest({ object, namespace, workload }: PodSubject): JsonObject {
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const resource = { group: '', version: 'v1', resource: 'pods' };
  const { name } = isObject(object) && isObject(object.metadata) ? object.metadata : {};
  return {
    kind,
    resource,
    requestKind: kind,
    requestResource: resource,
    ...(workload === 'Pod' && typeof name === 'string' && { name }),
    namespace,
    operation: 'CREATE',
    dryRun: false,
  };
}

/** Whether a value that is missing at a path below `object` or `request` may be there in a cluster. */
export function mayBeSet([root, section, field, ...rest]: Path, { workload, labels }: PodSubject): boolean {
  if (root === 'request') return section !== 'subResource' && section !== 'requestSubResource';
  if (section === 'status') return true;
  if (section === 'metadata') {
    if (field === 'labels') {
      const keys = labels.unknownValues ?? [];
      return rest.length === 0 ? keys.length > 0 : keys.includes(String(rest[0]));
    }
    if (USER_METADATA.has(String(field))) return false;
    return workload !== 'Pod' || field !== 'generateName';
  }
  return section === 'spec' && SET_BY_SERVER.has(String(rest.at(-1) ?? field));
}

/** Without what the API server leaves out when it encodes a Pod. */
function withoutEmpty(value: unknown, key?: string): unknown {
  if (Array.isArray(value)) return value.map((entry) => withoutEmpty(entry));
  if (!isObject(value)) return value;
  const isMap = key === 'labels' || key === 'annotations' || key === 'nodeSelector';
  const members = Object.entries(value).filter(
    ([name, inner]) => isMap || !(isAbsent(inner) || isEmpty(name, inner)),
  );
  return Object.fromEntries(members.map(([name, inner]) => [name, withoutEmpty(inner, name)]));
}

function isEmpty(name: string, value: unknown): boolean {
  if (value === false) return FALSE_IS_ABSENT.has(name);
  if (Array.isArray(value)) return value.length === 0;
  return (
    ['labels', 'annotations', 'nodeSelector'].includes(name) &&
    isObject(value) &&
    Object.keys(value).length === 0
  );
}
