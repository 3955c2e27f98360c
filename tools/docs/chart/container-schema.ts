import {
  ANY_FIELD,
  CONTAINER_SHAPE,
  type ObjectShape,
  type Shape,
} from '../../../src/config/container/shape.js';
import { SCALARS } from '../../../src/config/container/shape-violations.js';
import type { JsonObject } from '../../../src/core/values/json.js';

/** A JSON schema of the container fields that the configuration may set, without the fields at the paths in `taken`. */
export function containerSchema(taken: readonly string[]): JsonObject {
  return schemaOf(CONTAINER_SHAPE, taken);
}

function schemaOf(shape: Shape, taken: readonly string[]): JsonObject {
  if (typeof shape === 'string') return SCALARS[shape].schema ?? {};
  if (isList(shape)) return { type: 'array', items: schemaOf(shape[0], []) };
  const { [ANY_FIELD]: any, ...all } = shape;
  const fields = Object.fromEntries(Object.entries(all).filter(([field]) => !taken.includes(field)));
  const required = Object.keys(fields).filter((field) => field.endsWith('!'));
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(fields).map(([field, inner]) => [plain(field), schemaOf(inner, below(field, taken))]),
    ),
    ...(required.length > 0 && { required: required.map(plain) }),
    additionalProperties: any === undefined ? false : schemaOf(any, []),
  };
}

function below(field: string, taken: readonly string[]): string[] {
  return taken.filter((place) => place.startsWith(`${field}.`)).map((place) => place.slice(field.length + 1));
}

function plain(field: string): string {
  return field.replace('!', '');
}

function isList(shape: ObjectShape | readonly [Shape]): shape is readonly [Shape] {
  return Array.isArray(shape);
}
