import { isObject, type JsonObject } from '../core/values/json.js';
import type { Path } from '../core/values/path.js';

/** The path of the Pod or Pod template in each kind that has one. */
const POD_PATHS: { readonly [kind: string]: Path } = {
  'v1/Pod': [],
  'v1/PodTemplate': ['template'],
  'v1/ReplicationController': ['spec', 'template'],
  'apps/v1/Deployment': ['spec', 'template'],
  'apps/v1/StatefulSet': ['spec', 'template'],
  'apps/v1/DaemonSet': ['spec', 'template'],
  'apps/v1/ReplicaSet': ['spec', 'template'],
  'batch/v1/Job': ['spec', 'template'],
  'batch/v1/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
};

/** The other kinds that are read. */
const CONTEXT_KINDS = ['v1/Namespace', 'v1/ServiceAccount'];

/** A workload, Namespace, or ServiceAccount found in a document. */
export interface FoundObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly object: JsonObject;
  /** The path of the object in the document. */
  readonly path: Path;
  /** The path of the Pod or Pod template in the document; undefined for other objects. */
  readonly podPath: Path | undefined;
}

/**
 * Finds the workloads, Namespaces, and ServiceAccounts of a document in order, including those in a List (`List`,
 * `PodList`, ...).
 */
export function findObjects(object: unknown, path: Path = []): FoundObject[] {
  if (!isObject(object)) return [];
  const { apiVersion, kind, items } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return [];
  if (kind.endsWith('List') && Array.isArray(items)) {
    const itemKind = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) };
    return items.flatMap((item, index) =>
      isObject(item) ? findObjects({ ...itemKind, ...item }, [...path, 'items', index]) : [],
    );
  }
  const inside = Object.hasOwn(POD_PATHS, `${apiVersion}/${kind}`)
    ? POD_PATHS[`${apiVersion}/${kind}`]
    : undefined;
  if (inside === undefined && !CONTEXT_KINDS.includes(`${apiVersion}/${kind}`)) return [];
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const { name, generateName, namespace } = metadata;
  return [
    {
      apiVersion,
      kind,
      name: text(name) ?? text(generateName) ?? '',
      namespace: text(namespace),
      object,
      path,
      podPath: inside && [...path, ...inside],
    },
  ];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
