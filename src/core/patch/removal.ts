import { ADDED, OWN_ANNOTATIONS, STATUS, STATUS_SKIPPED } from '../pod/annotations.js';
import { INIT_NAME, PROXY_NAME } from '../pod/container-names.js';
import { isInjected } from '../pod/injected.js';
import { checkPod, containerPath, everyContainer, type Pod } from '../pod/pod.js';
import { ALIAS_PORTS } from '../settings/probe-aliases.js';
import { isObject, type JsonObject, valueAt } from '../values/json.js';
import { pointer } from '../values/pointer.js';
import { coversPort } from '../values/ports.js';
import { type Added, type OriginalPorts, type PatchedField, readAdded } from './added-annotation.js';

/** A JSON Patch operation (RFC 6902) that removes something, or gives it the value back that it had before. */
export type RemovalOperation =
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'replace'; readonly path: string; readonly value: unknown };

/** How to remove what the injector added to a Pod. */
export interface Removal {
  /** Without a proxy, it is only the record that the Pod was skipped. */
  readonly hasProxy: boolean;
  /** Apply them in order, to the Pod or the Pod template. The indices of a list are descending. */
  readonly operations: readonly RemovalOperation[];
}

/**
 * The removal of everything that the injector added to a Pod: the two containers (by name), its annotations, and what
 * the annotation `added` lists. Probes get back the ports that it lists, unless they were changed since, and the
 * resources of the Pod itself their values. Other changes made since in what was added, by the API server or by hand,
 * do not matter. The rest of the Pod is restored exactly, except for annotations of the injector that the Pod had
 * before it was injected: they are removed, with the maps that they leave empty. A Pod that was skipped loses only the
 * injector's annotations. Undefined if the Pod is neither; then such annotations are leftovers, and the Pod's own
 * volumes may be what `added` lists.
 */
export function removalOf(object: unknown): Removal | undefined {
  if (checkPod(object) !== undefined) return undefined;
  const pod = object as Pod;
  if (!isInjected(pod)) {
    if (pod.metadata?.annotations?.[STATUS] !== STATUS_SKIPPED) return undefined;
    return { hasProxy: false, operations: metadataRemovals(pod, NOTHING) };
  }
  const added = readAdded(pod.metadata?.annotations?.[ADDED]);
  const { containers, initContainers, volumes, imagePullSecrets, resources } = pod.spec;
  return {
    hasProxy: true,
    operations: [
      ...probeRestorations(pod, added.probes),
      ...metadataRemovals(pod, added),
      ...resourceRestorations(resources, added.resources),
      ...listRemovals('volumes', volumes, added.volumes, added),
      ...listRemovals('imagePullSecrets', imagePullSecrets, added.imagePullSecrets, added),
      ...listRemovals('initContainers', initContainers, [INIT_NAME, PROXY_NAME], added),
      ...entryRemovals(['spec', 'containers'], indices(containers, [PROXY_NAME])),
    ],
  };
}

/** Gives the Pod its own resources back. What was removed from them since stays removed. */
function resourceRestorations(current: unknown, original: JsonObject | undefined): RemovalOperation[] {
  if (!isObject(current) || original === undefined) return [];
  return ['requests', 'limits'].flatMap((kind) => {
    const [now, before] = [current[kind], original[kind]];
    if (!isObject(now)) return [];
    const path = ['spec', 'resources', kind];
    if (!isObject(before)) return [restoration(path, before)];
    return Object.keys(now)
      .map((resource) => ({
        resource,
        value: Object.hasOwn(before, resource) ? before[resource] : undefined,
      }))
      .filter(({ resource, value }) => value !== now[resource])
      .map(({ resource, value }) => restoration([...path, resource], value));
  });
}

function restoration(path: readonly string[], before: unknown): RemovalOperation {
  return before === undefined
    ? { op: 'remove', path: pointer(path) }
    : { op: 'replace', path: pointer(path), value: before };
}

const NOTHING = readAdded(undefined);

function metadataRemovals({ metadata }: Pod, added: Added): RemovalOperation[] {
  const { annotations, labels } = metadata ?? {};
  const addedAnnotations = [...OWN_ANNOTATIONS, ...added.annotations];
  const operations = [
    ...mapRemovals('annotations', annotations, addedAnnotations, added),
    ...mapRemovals('labels', labels, added.labels, added),
  ];
  const removed = operations.filter(({ op, path }) => op === 'remove' && path.split('/').length === 3);
  if (removed.length < Object.keys(metadata ?? {}).length) return operations;
  return emptied('metadata', ['metadata'], operations, added);
}

function probeRestorations(pod: Pod, originals: OriginalPorts): RemovalOperation[] {
  return everyContainer(pod).flatMap((container) => {
    const fields = Object.hasOwn(originals, container.name) ? originals[container.name] : undefined;
    return Object.entries(fields ?? {}).flatMap(([field, value]): RemovalOperation[] => {
      const path = field.split('.');
      if (!isAlias(valueAt(container, path))) return [];
      return [{ op: 'replace', path: pointer([...containerPath(pod, container), ...path]), value }];
    });
  });
}

function isAlias(port: unknown): boolean {
  return typeof port === 'number' && coversPort([ALIAS_PORTS], port);
}

function mapRemovals(
  collection: PatchedField,
  map: object | null | undefined,
  addedKeys: readonly string[],
  added: Added,
): RemovalOperation[] {
  const keys = Object.keys(map ?? {});
  const removed = keys.filter((key) => addedKeys.includes(key));
  const path = ['metadata', collection];
  const operations = entryRemovals(path, removed);
  return removed.length > 0 && removed.length === keys.length
    ? emptied(collection, path, operations, added)
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
    ? emptied(collection, path, operations, added)
    : operations;
}

/** Removes all entries of a list or map and restores what it was before: absent, null, or empty. */
function emptied(
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
