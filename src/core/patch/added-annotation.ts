import { isObject } from '../values/json.js';

/** The lists and maps of a Pod that a patch adds to. */
export type PatchedField =
  | 'metadata'
  | 'annotations'
  | 'labels'
  | 'initContainers'
  | 'volumes'
  | 'imagePullSecrets';

const KEYS = ['labels', 'annotations', 'volumes', 'imagePullSecrets', 'empty', 'null'] as const;

/** What removing the proxy needs to know and an injected Pod does not show. */
export type Added = {
  /** Names that were added besides the containers; lists and maps that were `empty` or `null` before. */
  readonly [Key in (typeof KEYS)[number]]: readonly string[];
};

/** The value that rewrites a leftover annotation if nothing is to be listed. */
export const NOTHING_ADDED = '{}';

/** The value of the annotation, without empty lists; undefined if nothing is left. */
export function addedText(added: Added): string | undefined {
  const keys = KEYS.filter((key) => added[key].length > 0);
  if (keys.length === 0) return undefined;
  return JSON.stringify(Object.fromEntries(keys.map((key) => [key, added[key]])));
}

/** Reads the annotation. Missing and invalid parts are empty. */
export function readAdded(text: string | undefined): Added {
  const object = parsed(text);
  return {
    labels: names(object, 'labels'),
    annotations: names(object, 'annotations'),
    volumes: names(object, 'volumes'),
    imagePullSecrets: names(object, 'imagePullSecrets'),
    empty: names(object, 'empty'),
    null: names(object, 'null'),
  };
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? NOTHING_ADDED);
  } catch {
    return {};
  }
}

function names(object: unknown, key: keyof Added): string[] {
  const value = isObject(object) ? object[key] : undefined;
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
