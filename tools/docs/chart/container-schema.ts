import {
  ANY_FIELD,
  CONTAINER_SHAPE,
  type ObjectShape,
  type Shape,
} from '../../../src/config/container/shape.js';
import { SCALARS } from '../../../src/config/container/shape-violations.js';
import type { JsonObject } from '../../../src/core/values/json.js';

/**
 * The JSON Schema of a container in the configuration. `excluded` lists the dotted paths of fields that it must not
 * set.
 */
export function containerSchema(excluded: readonly string[]): JsonObject {
  return schemaOf(CONTAINER_SHAPE, excluded);
}

function schemaOf(shape: Shape, excluded: readonly string[]): JsonObject {
  if (typeof shape === 'string') return SCALARS[shape].schema ?? {};
  if (isList(shape)) return { type: 'array', items: schemaOf(shape[0], []) };
  const { [ANY_FIELD]: any, ...all } = shape;
  const fields = Object.fromEntries(Object.entries(all).filter(([field]) => !excluded.includes(field)));
  const required = Object.keys(fields).filter((field) => field.endsWith('!'));
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(fields).map(([field, inner]) => [plain(field), schemaOf(inner, below(field, excluded))]),
    ),
    ...(required.length > 0 && { required: required.map(plain) }),
    additionalProperties: any === undefined ? false : schemaOf(any, []),
  };
}

function below(field: string, paths: readonly string[]): string[] {
  return paths.filter((path) => path.startsWith(`${field}.`)).map((path) => path.slice(field.length + 1));
}

function plain(field: string): string {
  return field.replace('!', '');
}

function isList(shape: ObjectShape | readonly [Shape]): shape is readonly [Shape] {
  return Array.isArray(shape);
}
