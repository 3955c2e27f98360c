import { ADDED, CONFIG_HASH, STATUS, STATUS_INJECTED, VERSION } from '../pod/annotations.js';
import { INIT_NAME, PROXY_NAME } from '../pod/container-names.js';
import { checkPod, type Pod } from '../pod/pod.js';
import { pointer } from '../values/pointer.js';
import { type Added, type PatchedField, readAdded } from './added-annotation.js';

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
 * What an injector put into a Pod: its two containers by name, its annotations, and what the added names. It does not matter what has
 * been added inside them since, by the API server or by hand. Undefined where the status annotation does not say that the Pod was
 * injected. What the Pod had before is restored to the letter, but for annotations of ours that it had: those go.
 */
export function removalOf(object: unknown): Removal | undefined {
  if (checkPod(object) !== undefined) return undefined;
  const pod = object as Pod;
  const annotations = pod.metadata?.annotations;
  if (annotations?.[STATUS] !== STATUS_INJECTED) return undefined;
  const added = readAdded(annotations[ADDED]);
  const { containers, initContainers, volumes, imagePullSecrets } = pod.spec;
  return {
    operations: [
      ...metadataRemovals(pod, added),
      ...listRemovals('volumes', volumes, added.volumes, added),
      ...listRemovals('imagePullSecrets', imagePullSecrets, added.imagePullSecrets, added),
      ...listRemovals('initContainers', initContainers, [INIT_NAME, PROXY_NAME], added),
      ...entryRemovals(['spec', 'containers'], indices(containers, [PROXY_NAME])),
    ],
  };
}

function metadataRemovals({ metadata }: Pod, added: Added): RemovalOperation[] {
  const { annotations, labels } = metadata ?? {};
  const ours = [STATUS, CONFIG_HASH, VERSION, ADDED, ...added.annotations];
  const operations = [
    ...mapRemovals('annotations', annotations, ours, added),
    ...mapRemovals('labels', labels, added.labels, added),
  ];
  const gone = operations.filter(({ op, path }) => op === 'remove' && path.split('/').length === 3);
  if (gone.length < Object.keys(metadata ?? {}).length) return operations;
  return without('metadata', ['metadata'], operations, added);
}

function mapRemovals(
  collection: PatchedField,
  map: object | null | undefined,
  ours: readonly string[],
  added: Added,
): RemovalOperation[] {
  const keys = Object.keys(map ?? {});
  const removed = keys.filter((key) => ours.includes(key));
  const path = ['metadata', collection];
  const operations = entryRemovals(path, removed);
  return removed.length > 0 && removed.length === keys.length
    ? without(collection, path, operations, added)
    : operations;
}

function listRemovals(
  collection: PatchedField,
  list: readonly { readonly name?: unknown }[] | null | undefined,
  names: readonly string[],
  added: Added,
): RemovalOperation[] {
  const removed = indices(list, names);
  const path = ['spec', collection];
  const operations = entryRemovals(path, removed);
  return removed.length > 0 && removed.length === list?.length
    ? without(collection, path, operations, added)
    : operations;
}

/** Takes everything out of a collection: what remains is what was there before, nothing, null or an empty collection. */
function without(
  collection: PatchedField,
  path: readonly string[],
  entries: RemovalOperation[],
  added: Added,
): RemovalOperation[] {
  if (added.empty.includes(collection)) return entries;
  if (added.null.includes(collection)) return [{ op: 'replace', path: pointer(path), value: null }];
  return [{ op: 'remove', path: pointer(path) }];
}

function entryRemovals(path: readonly string[], entries: readonly (string | number)[]): RemovalOperation[] {
  return entries.map((entry) => ({ op: 'remove', path: pointer([...path, entry]) }));
}

function indices(
  list: readonly { readonly name?: unknown }[] | null | undefined,
  names: readonly string[],
): number[] {
  return (list ?? [])
    .flatMap(({ name }, index) => (typeof name === 'string' && names.includes(name) ? [index] : []))
    .reverse();
}
