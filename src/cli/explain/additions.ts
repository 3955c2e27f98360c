import type { PatchOperation } from '../../core/patch/patch.js';
import { isObject, type JsonObject } from '../../core/values/json.js';
import { pointerTokens } from '../../core/values/pointer.js';

/** One thing that a patch adds to a Pod, for display. */
export interface Addition {
  /** `init container`, `annotation`, and so on. */
  readonly kind: string;
  readonly name: string;
  /** The image of a container, or the value of an annotation or label. */
  readonly detail?: string;
}

/** Lists what the operations of a patch add. */
export function additionsOf(operations: readonly PatchOperation[]): Addition[] {
  return operations.flatMap((operation) => {
    if (operation.op !== 'add') return [];
    const { path, value } = operation;
    const [top = '', field, key, ...rest] = pointerTokens(path);
    if (top === 'metadata') return metadataAdditions(field, key, value);
    if (field === 'resources') return resourceAdditions([key, ...rest].join('.'), value);
    return (Array.isArray(value) ? value : [value]).map((entry) => listAddition(field ?? '', entry));
  });
}

function metadataAdditions(field: string | undefined, key: string | undefined, value: unknown): Addition[] {
  if (key !== undefined)
    return [{ kind: field === 'labels' ? 'label' : 'annotation', name: key, detail: String(value) }];
  const members = isObject(value) ? Object.entries(value) : [];
  return members.flatMap(([name, inner]) =>
    field === undefined ? metadataAdditions(name, undefined, inner) : metadataAdditions(field, name, inner),
  );
}

/** New values in the resources of the Pod: `pod resource limits.cpu (1100m)`. */
function resourceAdditions(name: string, value: unknown): Addition[] {
  if (!isObject(value)) return [{ kind: 'pod resource', name, detail: String(value) }];
  return Object.entries(value).flatMap(([key, inner]) => resourceAdditions(`${name}.${key}`, inner));
}

const KINDS: { readonly [list: string]: string } = {
  containers: 'container',
  initContainers: 'init container',
  volumes: 'volume',
  imagePullSecrets: 'pull secret',
};

function listAddition(list: string, entry: unknown): Addition {
  const { name, image, restartPolicy }: JsonObject = isObject(entry) ? entry : {};
  const isSidecar = list === 'initContainers' && restartPolicy === 'Always';
  const kind = isSidecar ? 'native sidecar' : (KINDS[list] ?? list);
  return { kind, name: String(name), ...(typeof image === 'string' && { detail: image }) };
}
