import { asObject, isObject, type JsonObject } from '../values/json.js';

/** The lists and maps of a Pod that a patch adds to. */
export type PatchedField =
  | 'metadata'
  | 'annotations'
  | 'labels'
  | 'initContainers'
  | 'volumes'
  | 'imagePullSecrets';

const LISTS = ['labels', 'annotations', 'volumes', 'imagePullSecrets', 'empty', 'null'] as const;

/** What removing the proxy needs to know and an injected Pod does not show. */
export type Added = {
  /** Names that were added besides the containers; lists and maps that were `empty` or `null` before. */
  readonly [Key in (typeof LISTS)[number]]: readonly string[];
} & {
  readonly probes: OriginalPorts;
  /** The resources of the Pod itself before they grew. */
  readonly resources?: JsonObject;
};

/**
 * The ports of probes and hooks that were replaced, by the name of the container and the path of the field in it:
 * `{"app":{"livenessProbe.httpGet.port":8080}}`.
 */
export type OriginalPorts = {
  readonly [container: string]: { readonly [field: string]: string | number };
};

/** The value that rewrites a leftover annotation if nothing is to be listed. */
export const NOTHING_ADDED = '{}';

/** The value of the annotation, without empty lists; undefined if nothing is left. */
export function addedText(added: Added): string | undefined {
  const { probes, resources } = added;
  const parts = [
    ...LISTS.filter((key) => added[key].length > 0).map((key) => [key, added[key]]),
    ...(Object.keys(probes).length > 0 ? [['probes', probes]] : []),
    ...(resources === undefined ? [] : [['resources', resources]]),
  ];
  return parts.length === 0 ? undefined : JSON.stringify(Object.fromEntries(parts));
}

/** Reads the annotation. Missing and invalid parts are empty. */
export function readAdded(text: string | undefined): Added {
  const object = asObject(parsed(text));
  return {
    labels: names(object, 'labels'),
    annotations: names(object, 'annotations'),
    volumes: names(object, 'volumes'),
    imagePullSecrets: names(object, 'imagePullSecrets'),
    empty: names(object, 'empty'),
    null: names(object, 'null'),
    probes: originalPorts(object.probes),
    ...(isObject(object.resources) && { resources: object.resources }),
  };
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? NOTHING_ADDED);
  } catch {
    return {};
  }
}

function originalPorts(value: unknown): OriginalPorts {
  const containers = Object.entries(asObject(value)).map(([name, fields]) => [
    name,
    Object.fromEntries(Object.entries(asObject(fields)).filter(([, port]) => isPort(port))),
  ]);
  return Object.fromEntries(containers);
}

function isPort(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function names(object: JsonObject, key: (typeof LISTS)[number]): string[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
