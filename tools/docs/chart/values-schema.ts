import { asObject, type JsonObject } from '../../../src/core/values/json.js';
import type { ChartValue } from './values-file.js';

/** The values.schema.json of a chart. Unknown keys are errors, except below `global`, which other charts share. */
export function schemaOf(values: readonly ChartValue[]): JsonObject {
  const { properties, ...root } = groupSchema(values, 0);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...root,
    properties: {
      ...(properties as JsonObject),
      global: { ...asObject(asObject(properties).global), additionalProperties: true },
    },
  };
}

function groupSchema(values: readonly ChartValue[], depth: number): JsonObject {
  const keys = [...new Set(values.map(({ path }) => path[depth] ?? ''))];
  const properties = keys.map((key) => {
    const inner = values.filter(({ path }) => path[depth] === key);
    const [leaf] = inner.filter(({ path }) => path.length === depth + 1);
    return [key, leaf ? leafSchema(leaf) : groupSchema(inner, depth + 1)] as const;
  });
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
}

function leafSchema({ description, default: value, schema }: ChartValue): JsonObject {
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
