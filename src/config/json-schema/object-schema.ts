import type { JsonObject } from '../../core/values/json.js';

/** A value at a path, with its documentation. */
export interface DescribedValue {
  readonly path: readonly string[];
  readonly default: unknown;
  readonly description: string;
  /** What its JSON Schema has besides the type of its default. */
  readonly schema: JsonObject;
}

/** The JSON Schema of an object with these values below the first `depth` keys of their paths, and no others. */
export function objectSchema(values: readonly DescribedValue[], depth = 0): JsonObject {
  const keys = [...new Set(values.map(({ path }) => path[depth] ?? ''))];
  const properties = keys.map((key) => {
    const inner = values.filter(({ path }) => path[depth] === key);
    const [leaf] = inner.filter(({ path }) => path.length === depth + 1);
    return [key, leaf ? valueSchema(leaf) : objectSchema(inner, depth + 1)] as const;
  });
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
}

function valueSchema({ description, default: value, schema }: DescribedValue): JsonObject {
  return {
    description,
    default: value,
    ...(schema.enum === undefined && { type: typeOf(value) }),
    ...schema,
  };
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? 'integer' : typeof value;
}
