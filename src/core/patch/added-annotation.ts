import { isObject } from '../values/json.js';

/** The lists and maps of a Pod that something is added to. */
export type PatchedField =
  | 'metadata'
  | 'annotations'
  | 'labels'
  | 'initContainers'
  | 'volumes'
  | 'imagePullSecrets';

const KEYS = ['labels', 'annotations', 'volumes', 'imagePullSecrets', 'empty', 'null'] as const;

/** What an injected Pod does not show by itself, and what taking the proxy out has to know. */
export type Added = {
  /** The names of what was added besides the proxy; the collections that were `empty` or `null` before something was added. */
  readonly [Key in (typeof KEYS)[number]]: readonly string[];
};

/** The added as the annotation holds it, without what is empty; undefined if nothing is left. */
export function addedText(added: Added): string | undefined {
  const filled = KEYS.filter((key) => added[key].length > 0);
  if (filled.length === 0) return undefined;
  return JSON.stringify(Object.fromEntries(filled.map((key) => [key, added[key]])));
}

/** The added in the annotation; what somebody broke in it counts as empty. */
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
    return JSON.parse(text ?? '{}');
  } catch {
    return {};
  }
}

function names(object: unknown, key: keyof Added): string[] {
  const value = isObject(object) ? object[key] : undefined;
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
