import type { ValueType } from './value-type.js';

/** A kind of objects that contain Pods or Pod templates, in every version of its API group. */
export interface WorkloadKind {
  /** The API group; empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Where the Pods or Pod templates are, as {@link TEMPLATE_PATH} reads it. Empty if there are none to edit. */
  readonly templates: readonly string[];
}

/** In a parsed path: every entry of a list or map. */
export const EVERY = '*';

/** Field names joined by dots. `[*]` stands for every entry of a list or map, and `.` for the object itself. */
const PATTERN = /^(?:\.|[A-Za-z_][\w-]*(?:\[\*\])*(?:\.[A-Za-z_][\w-]*(?:\[\*\])*)*)$/;

/** A path in an object, such as `spec.pools[*].template`. Parsed to keys and {@link EVERY}. */
export const TEMPLATE_PATH: ValueType<readonly string[]> = {
  expected: 'a path such as spec.template or spec.pools[*].template',
  parse: (text) => {
    if (!PATTERN.test(text)) return undefined;
    return text
      .replaceAll('[*]', `.${EVERY}`)
      .split('.')
      .filter((part) => part !== '');
  },
  schema: { type: 'string', pattern: PATTERN.source },
};

/** An API group; empty for the core group. */
export const API_GROUP = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)?$/;

/** The name of a kind. */
export const KIND = /^[A-Za-z][A-Za-z0-9]*$/;
