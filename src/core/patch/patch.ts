import { ADDED, CONFIG_HASH, DEFAULT_CONTAINER, REDIRECT, VERSION } from '../pod/annotations.js';
import type { Pod } from '../pod/pod.js';
import type { AliasedProbe } from '../settings/probe-aliases.js';
import type { GrownResources, ResolvedSettings } from '../settings/resolved-settings.js';
import type { Settings } from '../settings/settings.js';
import { asObject, type JsonObject } from '../values/json.js';
import { pointer } from '../values/pointer.js';
import { type Added, addedText, NOTHING_ADDED, type PatchedField } from './added-annotation.js';
import { initContainer, proxyContainer } from './containers.js';
import { EVICTABLE_VOLUMES, evictionAnnotation } from './evictable-volumes.js';
import { defaultContainerOf, isProxyFirst } from './ordering.js';
import { injectedOutcome, type StaleOutcome, skippedOutcome, staleOutcome } from './outcome.js';
import { originalPorts, probeOperations, probesKey, type ReplaceOperation } from './probes.js';
import { REMOVE_REDIRECT, type RemoveOperation, redirectRecord } from './redirect-record.js';

/** A JSON Patch operation (RFC 6902). Adding a member that exists replaces its value. */
export interface AddOperation {
  readonly op: 'add';
  /** A JSON Pointer (RFC 6901). */
  readonly path: string;
  readonly value: unknown;
}

/** An operation of the patch that adds the proxy. */
export type PatchOperation = AddOperation | ReplaceOperation | RemoveOperation;

/** Identifies the injector and its configuration; written to the Pod. */
export interface Identity {
  readonly version: string;
  readonly configHash: string;
}

/** What an injected Pod says about its injection. */
export interface InjectionRecord extends Identity {
  readonly warnings: readonly string[];
}

/** The state of a list or map of a Pod before anything is added. */
export type State = 'absent' | 'null' | 'empty' | 'filled';

/**
 * Everything in a Pod that a patch depends on: the states of its lists and maps, which of the configured names it
 * already has, whether it has a leftover annotation `added` or `redirect`, and the probes whose port is replaced. Pods
 * of the same shape get the same patch.
 */
export interface PodShape extends Readonly<Record<PatchedField, State>> {
  /** The names in the section `pod` that the Pod already has. */
  readonly takenAnnotations: readonly string[];
  readonly takenLabels: readonly string[];
  /** The decision makes sure that these volumes are the same. */
  readonly takenVolumes: readonly string[];
  readonly takenPullSecrets: readonly string[];
  readonly staleOutcome: StaleOutcome;
  /** The Pod has the annotation `added` although it is not injected; trusting it would remove what the Pod owns. */
  readonly staleAdded: boolean;
  /** The Pod has the annotation `redirect` although it is not injected. */
  readonly staleRedirect: boolean;
  /** The container that kubectl should pick although the proxy comes first; undefined if there is none to name. */
  readonly defaultContainer: string | undefined;
  readonly probes: readonly AliasedProbe[];
}

/** The shape of a Pod, and of its probes that the decision gave an alias. */
export function shapeOf(
  object: Pod,
  { pod }: Settings,
  resolved: Pick<ResolvedSettings, 'mode' | 'holdApplication'>,
  probes: readonly AliasedProbe[] = [],
): PodShape {
  const { metadata, spec } = object;
  const { annotations, labels } = metadata ?? {};
  return {
    metadata: stateOf(metadata),
    annotations: stateOf(annotations),
    labels: stateOf(labels),
    initContainers: stateOf(spec.initContainers),
    volumes: stateOf(spec.volumes),
    imagePullSecrets: stateOf(spec.imagePullSecrets),
    takenAnnotations: [...Object.keys(pod.annotations), EVICTABLE_VOLUMES].filter((key) =>
      isTaken(key, annotations),
    ),
    takenLabels: Object.keys(pod.labels).filter((key) => labels && Object.hasOwn(labels, key)),
    takenVolumes: takenNames(pod.volumes, spec.volumes),
    takenPullSecrets: takenNames(pod.imagePullSecrets, spec.imagePullSecrets),
    staleOutcome: staleOutcome(object),
    staleAdded: annotations?.[ADDED] !== undefined,
    staleRedirect: annotations?.[REDIRECT] !== undefined,
    defaultContainer: defaultContainerOf(spec, annotations, pod.annotations, resolved),
    probes,
  };
}

/** Annotations that say together which address Prometheus scrapes. Half of the app's with half of ours name neither. */
export const SCRAPE_PREFIX = 'prometheus.io/';

function isTaken(key: string, annotations: JsonObject | null | undefined): boolean {
  if (!annotations) return false;
  if (Object.hasOwn(annotations, key)) return true;
  if (!key.startsWith(SCRAPE_PREFIX)) return false;
  return Object.keys(annotations).some((other) => other.startsWith(SCRAPE_PREFIX));
}

/** A shape as a string. Equal strings mean equal shapes. */
export function shapeKey(shape: PodShape): string {
  const { metadata, annotations, labels, initContainers, volumes, imagePullSecrets } = shape;
  const stale = `${shape.staleAdded ? ' added' : ''}${shape.staleRedirect ? ' redirect' : ''}`;
  const states = `${metadata} ${annotations} ${labels} ${initContainers} ${volumes} ${imagePullSecrets}${stale}`;
  const { defaultContainer } = shape;
  const taken = [
    shape.takenAnnotations,
    shape.takenLabels,
    shape.takenVolumes,
    shape.takenPullSecrets,
    shape.staleOutcome,
  ];
  const isPlain = defaultContainer === undefined && taken.every(({ length }) => length === 0);
  const names = isPlain ? '' : JSON.stringify([defaultContainer, taken]);
  return states + names + probesKey(shape.probes);
}

/**
 * The operations that add the proxy to a Pod of this shape. Apply them in order. They replace nothing but leftover
 * annotations of the injector and the ports of probes. See `Injector.patch` for `inherited`.
 */
export function buildPatch(
  shape: PodShape,
  resolved: ResolvedSettings,
  settings: Settings,
  record: InjectionRecord,
  inherited: Additions['imagePullSecrets'] = [],
): PatchOperation[] {
  const { pod } = settings;
  const { grown } = resolved;
  const takenPullSecrets = [...shape.takenPullSecrets, ...inherited.map(({ name }) => name)];
  const volumes = pod.volumes.filter(({ name }) => !shape.takenVolumes.includes(name));
  const additions: Additions = {
    labels: without(pod.labels, shape.takenLabels),
    annotations: {
      ...without({ ...evictionAnnotation(volumes), ...pod.annotations }, shape.takenAnnotations),
      ...(shape.defaultContainer !== undefined && { [DEFAULT_CONTAINER]: shape.defaultContainer }),
    },
    volumes,
    imagePullSecrets: [
      ...inherited,
      ...pod.imagePullSecrets.filter(({ name }) => !takenPullSecrets.includes(name)),
    ],
  };
  return [
    ...probeOperations(shape.probes),
    ...(shape.staleRedirect && resolved.redirectBy === 'pod' ? [REMOVE_REDIRECT] : []),
    ...metadataOperations(shape, additions, record, resolved),
    ...(grown?.values ?? []).map(({ path, value }) => add(pointer(path), value)),
    ...append('/spec/volumes', shape.volumes, additions.volumes),
    ...append('/spec/imagePullSecrets', shape.imagePullSecrets, additions.imagePullSecrets),
    ...containerOperations(shape, resolved, settings),
  ];
}

/** The operations that record on a Pod why it gets no proxy. */
export function recordSkipped(pod: Pod, reason: string): AddOperation[] {
  const annotations = skippedOutcome(reason, pod);
  if (!isPresent(stateOf(pod.metadata))) return [add('/metadata', { annotations })];
  return setMembers('/metadata/annotations', stateOf(pod.metadata?.annotations), annotations);
}

/** The configured additions that a Pod does not have yet. */
type Additions = Settings['pod'];

function metadataOperations(
  shape: PodShape,
  additions: Additions,
  record: InjectionRecord,
  resolved: ResolvedSettings,
): AddOperation[] {
  const added =
    addedText(addedTo(shape, additions, resolved.grown)) ?? (shape.staleAdded ? NOTHING_ADDED : undefined);
  const annotations = {
    ...additions.annotations,
    ...injectedOutcome(record.warnings, shape.staleOutcome),
    [CONFIG_HASH]: record.configHash,
    [VERSION]: record.version,
    ...redirectRecord(resolved),
    ...(added !== undefined && { [ADDED]: added }),
  };
  const { labels } = additions;
  if (!isPresent(shape.metadata)) {
    return [add('/metadata', { annotations, ...(Object.keys(labels).length > 0 && { labels }) })];
  }
  return [
    ...setMembers('/metadata/annotations', shape.annotations, annotations),
    ...setMembers('/metadata/labels', shape.labels, labels),
  ];
}

/** The names of the configured additions, and which of the patched lists and maps were empty or null. */
function addedTo(shape: PodShape, additions: Additions, grown: GrownResources | undefined): Added {
  const names = {
    labels: Object.keys(additions.labels).sort(),
    annotations: Object.keys(additions.annotations).sort(),
    volumes: additions.volumes.map(({ name }) => name),
    imagePullSecrets: additions.imagePullSecrets.map(({ name }) => name),
  };
  const patched: PatchedField[] = ['metadata', 'annotations', 'initContainers'];
  if (names.labels.length > 0) patched.push('labels');
  if (names.volumes.length > 0) patched.push('volumes');
  if (names.imagePullSecrets.length > 0) patched.push('imagePullSecrets');
  return {
    ...names,
    probes: originalPorts(shape.probes),
    empty: patched.filter((field) => shape[field] === 'empty'),
    null: patched.filter((field) => shape[field] === 'null'),
    ...(grown && grown.values.length > 0 && { resources: asObject(grown.original) }),
  };
}

/**
 * In container mode, `init-iptables` comes last, so that the Pod's own init containers run without the redirect; the
 * proxy comes last, or first if it holds the app. In native mode, both come first, so that the proxy serves the Pod's
 * init containers too.
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
      add(isProxyFirst(resolved) ? '/spec/containers/0' : '/spec/containers/-', proxy),
    ];
  }
  if (!isPresent(shape.initContainers)) return [add('/spec/initContainers', [init, proxy])];
  return [add('/spec/initContainers/0', init), add('/spec/initContainers/1', proxy)];
}

function append(path: string, state: State, values: readonly unknown[]): AddOperation[] {
  if (values.length === 0) return [];
  return isPresent(state) ? values.map((value) => add(`${path}/-`, value)) : [add(path, values)];
}

function setMembers(path: string, state: State, members: JsonObject): AddOperation[] {
  const keys = Object.keys(members);
  if (keys.length === 0) return [];
  return isPresent(state)
    ? keys.map((key) => add(path + pointer([key]), members[key]))
    : [add(path, members)];
}

function takenNames(
  ours: readonly { readonly name: string }[],
  theirs: readonly { readonly name?: unknown }[] | null | undefined,
): string[] {
  return ours.map(({ name }) => name).filter((name) => theirs?.some((other) => other.name === name));
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

function isPresent(state: State): boolean {
  return state === 'empty' || state === 'filled';
}

function add(path: string, value: unknown): AddOperation {
  return { op: 'add', path, value };
}
