import { ADDED, CONFIG_HASH, STATUS, STATUS_INJECTED, VERSION } from '../pod/annotations.js';
import { malformation, type Pod } from '../pod/pod.js';
import { pointer } from '../values/pointer.js';
import { type Collection, readTrace, type Trace } from './added-annotation.js';
import { INIT_NAME, PROXY_NAME } from './containers.js';

/** An operation of a JSON Patch (RFC 6902) that takes something out, or sets a collection back to null. */
export type RemovalOperation =
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'replace'; readonly path: string; readonly value: null };

/** What has to be taken out of an injected Pod. */
export interface Removal {
  /** They apply in order, to the Pod or the Pod template; the indices of a list count down. */
  readonly operations: readonly RemovalOperation[];
}

/**
 * What an injector put into a Pod: its two containers by name, its annotations, and what the trace names. It does not matter what has
 * been added inside them since, by the API server or by hand. Undefined where the status annotation does not say that the Pod was
 * injected. What the Pod had before is restored to the letter, but for annotations of ours that it had: those go.
 */
export function removalOf(object: unknown): Removal | undefined {
  if (malformation(object) !== undefined) return undefined;
  const pod = object as Pod;
  const annotations = pod.metadata?.annotations;
  if (annotations?.[STATUS] !== STATUS_INJECTED) return undefined;
  const trace = readTrace(annotations[ADDED]);
  const { containers, initContainers, volumes, imagePullSecrets } = pod.spec;
  return {
    operations: [
      ...metadataRemovals(pod, trace),
      ...listRemovals('volumes', volumes, trace.volumes, trace),
      ...listRemovals('imagePullSecrets', imagePullSecrets, trace.imagePullSecrets, trace),
      ...listRemovals('initContainers', initContainers, [INIT_NAME, PROXY_NAME], trace),
      ...entryRemovals(['spec', 'containers'], indices(containers, [PROXY_NAME])),
    ],
  };
}

function metadataRemovals({ metadata }: Pod, trace: Trace): RemovalOperation[] {
  const { annotations, labels } = metadata ?? {};
  const ours = [STATUS, CONFIG_HASH, VERSION, ADDED, ...trace.annotations];
  const operations = [
    ...mapRemovals('annotations', annotations, ours, trace),
    ...mapRemovals('labels', labels, trace.labels, trace),
  ];
  const gone = operations.filter(({ op, path }) => op === 'remove' && path.split('/').length === 3);
  if (gone.length < Object.keys(metadata ?? {}).length) return operations;
  return without('metadata', ['metadata'], operations, trace);
}

function mapRemovals(
  collection: Collection,
  map: object | null | undefined,
  ours: readonly string[],
  trace: Trace,
): RemovalOperation[] {
  const keys = Object.keys(map ?? {});
  const removed = keys.filter((key) => ours.includes(key));
  const path = ['metadata', collection];
  const operations = entryRemovals(path, removed);
  return removed.length > 0 && removed.length === keys.length
    ? without(collection, path, operations, trace)
    : operations;
}

function listRemovals(
  collection: Collection,
  list: readonly { readonly name?: string }[] | null | undefined,
  names: readonly string[],
  trace: Trace,
): RemovalOperation[] {
  const removed = indices(list, names);
  const path = ['spec', collection];
  const operations = entryRemovals(path, removed);
  return removed.length > 0 && removed.length === list?.length
    ? without(collection, path, operations, trace)
    : operations;
}

/** Takes everything out of a collection: what remains is what was there before, nothing, null or an empty collection. */
function without(
  collection: Collection,
  path: readonly string[],
  entries: RemovalOperation[],
  trace: Trace,
): RemovalOperation[] {
  if (trace.empty.includes(collection)) return entries;
  if (trace.null.includes(collection)) return [{ op: 'replace', path: pointer(path), value: null }];
  return [{ op: 'remove', path: pointer(path) }];
}

function entryRemovals(path: readonly string[], entries: readonly (string | number)[]): RemovalOperation[] {
  return entries.map((entry) => ({ op: 'remove', path: pointer([...path, entry]) }));
}

function indices(
  list: readonly { readonly name?: string }[] | null | undefined,
  names: readonly string[],
): number[] {
  return (list ?? [])
    .flatMap(({ name }, index) => (name !== undefined && names.includes(name) ? [index] : []))
    .reverse();
}
