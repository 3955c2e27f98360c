import { ADDED, CONFIG_HASH, STATUS, STATUS_INJECTED, VERSION } from '../pod/annotations.js';
import type { Pod } from '../pod/pod.js';
import type { ResolvedSettings } from '../settings/resolved-settings.js';
import type { Settings } from '../settings/settings.js';
import type { JsonObject } from '../values/json.js';
import { pointer } from '../values/pointer.js';
import { type Added, addedText, type PatchedField } from './added-annotation.js';
import { initContainer, proxyContainer } from './containers.js';

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

/** How a list or map of a Pod is before anything is added: missing, `null`, there with nothing in it, or with something. */
export type State = 'absent' | 'null' | 'empty' | 'filled';

/**
 * All that a patch depends on in a Pod: which lists and maps it has, and which names that we would add it has already. Two Pods
 * of one shape get the same patch.
 */
export interface PodShape extends Readonly<Record<PatchedField, State>> {
  /** Of the configured `pod` additions: those that the Pod already has. */
  readonly takenAnnotations: readonly string[];
  readonly takenLabels: readonly string[];
  readonly takenPullSecrets: readonly string[];
}

/** The shape of a Pod that `malformation` found nothing wrong with. */
export function shapeOf({ metadata, spec }: Pod, { pod }: Settings): PodShape {
  const { annotations, labels } = metadata ?? {};
  return {
    metadata: stateOf(metadata),
    annotations: stateOf(annotations),
    labels: stateOf(labels),
    initContainers: stateOf(spec.initContainers),
    volumes: stateOf(spec.volumes),
    imagePullSecrets: stateOf(spec.imagePullSecrets),
    takenAnnotations: Object.keys(pod.annotations).filter(
      (key) => annotations && Object.hasOwn(annotations, key),
    ),
    takenLabels: Object.keys(pod.labels).filter((key) => labels && Object.hasOwn(labels, key)),
    takenPullSecrets: pod.imagePullSecrets
      .map(({ name }) => name)
      .filter((name) => spec.imagePullSecrets?.some((secret) => secret.name === name)),
  };
}

/** A shape as a text: equal texts are equal shapes. */
export function shapeKey(shape: PodShape): string {
  const { metadata, annotations, labels, initContainers, volumes, imagePullSecrets } = shape;
  const states = `${metadata} ${annotations} ${labels} ${initContainers} ${volumes} ${imagePullSecrets}`;
  const taken = [shape.takenAnnotations, shape.takenLabels, shape.takenPullSecrets];
  return taken.every(({ length }) => length === 0) ? states : states + JSON.stringify(taken);
}

/** The operations that put the proxy into a Pod of that shape. They apply in order and replace nothing of the user's. */
export function buildPatch(
  shape: PodShape,
  resolved: ResolvedSettings,
  settings: Settings,
  identity: Identity,
): AddOperation[] {
  const { pod } = settings;
  const additions: Additions = {
    labels: without(pod.labels, shape.takenLabels),
    annotations: without(pod.annotations, shape.takenAnnotations),
    volumes: pod.volumes,
    imagePullSecrets: pod.imagePullSecrets.filter(({ name }) => !shape.takenPullSecrets.includes(name)),
  };
  return [
    ...metadataOperations(shape, additions, identity),
    ...append('/spec/volumes', shape.volumes, additions.volumes),
    ...append('/spec/imagePullSecrets', shape.imagePullSecrets, additions.imagePullSecrets),
    ...containerOperations(shape, resolved, settings),
  ];
}

/** The configured additions that a Pod does not have yet. */
type Additions = Settings['pod'];

function metadataOperations(shape: PodShape, additions: Additions, identity: Identity): AddOperation[] {
  const added = addedText(addedTo(shape, additions));
  const annotations = {
    ...additions.annotations,
    [STATUS]: STATUS_INJECTED,
    [CONFIG_HASH]: identity.configHash,
    [VERSION]: identity.version,
    ...(added !== undefined && { [ADDED]: added }),
  };
  const { labels } = additions;
  if (!isThere(shape.metadata)) {
    return [add('/metadata', { annotations, ...(Object.keys(labels).length > 0 && { labels }) })];
  }
  return [
    ...setMembers('/metadata/annotations', shape.annotations, annotations),
    ...setMembers('/metadata/labels', shape.labels, labels),
  ];
}

/** What the Pod does not show by itself: the names of configured additions, and which collections that get something were hollow. */
function addedTo(shape: PodShape, additions: Additions): Added {
  const names = {
    labels: Object.keys(additions.labels),
    annotations: Object.keys(additions.annotations),
    volumes: additions.volumes.map(({ name }) => name),
    imagePullSecrets: additions.imagePullSecrets.map(({ name }) => name),
  };
  const touched: PatchedField[] = ['metadata', 'annotations', 'initContainers'];
  if (names.labels.length > 0) touched.push('labels');
  if (names.volumes.length > 0) touched.push('volumes');
  if (names.imagePullSecrets.length > 0) touched.push('imagePullSecrets');
  return {
    ...names,
    empty: touched.filter((field) => shape[field] === 'empty'),
    null: touched.filter((field) => shape[field] === 'null'),
  };
}

/**
 * In container mode the redirect comes after the init containers of the Pod, so that those run with an open network. In native
 * mode the proxy serves the init containers too, so both of ours come before them.
 */
function containerOperations(
  shape: PodShape,
  resolved: ResolvedSettings,
  settings: Settings,
): AddOperation[] {
  const init = initContainer(settings, resolved);
  const proxy = proxyContainer(settings, resolved);
  if (resolved.mode === 'container') {
    return [
      ...append('/spec/initContainers', shape.initContainers, [init]),
      add('/spec/containers/-', proxy),
    ];
  }
  if (!isThere(shape.initContainers)) return [add('/spec/initContainers', [init, proxy])];
  return [add('/spec/initContainers/0', init), add('/spec/initContainers/1', proxy)];
}

function append(path: string, state: State, values: readonly unknown[]): AddOperation[] {
  if (values.length === 0) return [];
  return isThere(state) ? values.map((value) => add(`${path}/-`, value)) : [add(path, values)];
}

function setMembers(path: string, state: State, members: JsonObject): AddOperation[] {
  const keys = Object.keys(members);
  if (keys.length === 0) return [];
  return isThere(state) ? keys.map((key) => add(path + pointer([key]), members[key])) : [add(path, members)];
}

function without<T>(members: { readonly [key: string]: T }, keys: readonly string[]): { [key: string]: T } {
  return Object.fromEntries(Object.entries(members).filter(([key]) => !keys.includes(key)));
}

function stateOf(value: object | null | undefined): State {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  for (const _ in value) return 'filled';
  return 'empty';
}

function isThere(state: State): boolean {
  return state === 'empty' || state === 'filled';
}

function add(path: string, value: unknown): AddOperation {
  return { op: 'add', path, value };
}
