import { CONFIG_HASH, STATUS, STATUS_INJECTED, VERSION } from './annotations.js';
import { initContainer, proxyContainer } from './containers.js';
import type { Injection } from './injection.js';
import type { JsonObject } from './json.js';
import type { Pod } from './pod.js';
import type { Settings } from './settings.js';

/** A JSON Patch operation (RFC 6902). There is no other kind: a patch of ours only adds. */
export interface AddOperation {
  readonly op: 'add';
  /** A JSON pointer (RFC 6901). */
  readonly path: string;
  readonly value: unknown;
}

/** Who injected, written on the Pod. */
export interface Identity {
  readonly version: string;
  readonly configHash: string;
}

/**
 * All that a patch depends on in a Pod: which lists and maps it has, and which names that we would add it has already. Two Pods
 * of one shape get the same patch.
 */
export interface PodShape {
  readonly metadata: boolean;
  readonly annotations: boolean;
  readonly labels: boolean;
  readonly initContainers: boolean;
  readonly volumes: boolean;
  readonly imagePullSecrets: boolean;
  /** Of the configured `pod` additions: those that the Pod already has. */
  readonly takenAnnotations: readonly string[];
  readonly takenLabels: readonly string[];
  readonly takenPullSecrets: readonly string[];
}

/** The shape of a Pod that `malformation` found nothing wrong with. */
export function shapeOf({ metadata, spec }: Pod, { pod }: Settings): PodShape {
  const { annotations, labels } = metadata ?? {};
  return {
    metadata: present(metadata),
    annotations: present(annotations),
    labels: present(labels),
    initContainers: present(spec.initContainers),
    volumes: present(spec.volumes),
    imagePullSecrets: present(spec.imagePullSecrets),
    takenAnnotations: Object.keys(pod.annotations).filter(
      (key) => annotations && Object.hasOwn(annotations, key),
    ),
    takenLabels: Object.keys(pod.labels).filter((key) => labels && Object.hasOwn(labels, key)),
    takenPullSecrets: pod.imagePullSecrets
      .map(({ name }) => name)
      .filter((name) => spec.imagePullSecrets?.some((secret) => secret.name === name)),
  };
}

/** The operations that put the proxy into a Pod of that shape. They apply in order and replace nothing of the user's. */
export function buildPatch(
  shape: PodShape,
  injection: Injection,
  settings: Settings,
  identity: Identity,
): AddOperation[] {
  const { pod } = settings;
  const pullSecrets = pod.imagePullSecrets.filter(({ name }) => !shape.takenPullSecrets.includes(name));
  return [
    ...metadataOperations(shape, settings, identity),
    ...append('/spec/volumes', shape.volumes, pod.volumes),
    ...append('/spec/imagePullSecrets', shape.imagePullSecrets, pullSecrets),
    ...containerOperations(shape, injection, settings),
  ];
}

function metadataOperations(shape: PodShape, { pod }: Settings, identity: Identity): AddOperation[] {
  const annotations = {
    ...without(pod.annotations, shape.takenAnnotations),
    [STATUS]: STATUS_INJECTED,
    [CONFIG_HASH]: identity.configHash,
    [VERSION]: identity.version,
  };
  const labels = without(pod.labels, shape.takenLabels);
  if (!shape.metadata) {
    return [add('/metadata', { annotations, ...(Object.keys(labels).length > 0 && { labels }) })];
  }
  return [
    ...setMembers('/metadata/annotations', shape.annotations, annotations),
    ...setMembers('/metadata/labels', shape.labels, labels),
  ];
}

/**
 * In container mode the redirect comes after the init containers of the Pod, so that those run with an open network. In native
 * mode the proxy serves the init containers too, so both of ours come before them.
 */
function containerOperations(shape: PodShape, injection: Injection, settings: Settings): AddOperation[] {
  const init = initContainer(settings, injection);
  const proxy = proxyContainer(settings, injection);
  if (injection.mode === 'container') {
    return [
      ...append('/spec/initContainers', shape.initContainers, [init]),
      add('/spec/containers/-', proxy),
    ];
  }
  if (!shape.initContainers) return [add('/spec/initContainers', [init, proxy])];
  return [add('/spec/initContainers/0', init), add('/spec/initContainers/1', proxy)];
}

function append(path: string, exists: boolean, values: readonly unknown[]): AddOperation[] {
  if (values.length === 0) return [];
  return exists ? values.map((value) => add(`${path}/-`, value)) : [add(path, values)];
}

function setMembers(path: string, exists: boolean, members: JsonObject): AddOperation[] {
  const keys = Object.keys(members);
  if (keys.length === 0) return [];
  return exists ? keys.map((key) => add(`${path}/${escaped(key)}`, members[key])) : [add(path, members)];
}

/** A reference token of a JSON pointer: RFC 6901, section 3. */
function escaped(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

function without<T>(members: { readonly [key: string]: T }, keys: readonly string[]): { [key: string]: T } {
  return Object.fromEntries(Object.entries(members).filter(([key]) => !keys.includes(key)));
}

function present(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function add(path: string, value: unknown): AddOperation {
  return { op: 'add', path, value };
}
