import { asObject, type JsonObject } from '../../core/values/json.js';
import { UserError } from '../user-error.js';
import type { Cluster } from './cluster.js';
import { RESOURCES, type Resource } from './resources.js';

/** An object that a user named as TYPE/NAME. */
export interface NamedObject {
  readonly resource: Resource;
  readonly name: string;
}

/** The resources that have Pods, and Pods. */
const WORKLOADS: readonly Resource[] = [
  RESOURCES.deployments,
  RESOURCES.statefulSets,
  RESOURCES.daemonSets,
  RESOURCES.rollouts,
  RESOURCES.replicaSets,
  RESOURCES.jobs,
  RESOURCES.cronJobs,
  RESOURCES.pods,
];

/** Reads `deployment/web`, `deploy/web`, or `deployments.apps/web`, as kubectl does. Throws a `UserError`. */
export function parseWorkload(text: string, known: readonly Resource[] = WORKLOADS): NamedObject {
  const [, type = '', name = ''] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
  const wanted = type.toLowerCase().replace(/\..*$/, '');
  const resource = known.find(({ plural, kind, short }) =>
    [plural, kind.toLowerCase(), ...short].includes(wanted),
  );
  if (resource !== undefined && name !== '') return { resource, name };
  const types = known.map(({ kind }) => kind.toLowerCase()).join(', ');
  throw new UserError(
    `WORKLOAD: expected TYPE/NAME, such as deployment/web, with a type of ${types}, got ${text}`,
  );
}

/** Gets a workload, and the label selector of its Pods; the latter is undefined if labels alone do not select them. */
export async function getWorkload(cluster: Cluster, { resource, name }: NamedObject, namespace: string) {
  const object = await cluster.get(resource, name, namespace);
  return { object, labelSelector: selectorOf(object) };
}

function selectorOf({ spec }: JsonObject): string | undefined {
  const { matchLabels, matchExpressions } = asObject(asObject(spec).selector);
  return matchExpressions === undefined ? labelSelectorOf(matchLabels) : undefined;
}

/** A map of labels as the `labelSelector` of a list; undefined if it is empty. */
export function labelSelectorOf(labels: unknown): string | undefined {
  const pairs = Object.entries(asObject(labels)).map(([key, value]) => `${key}=${value}`);
  return pairs.join() || undefined;
}
