import {
  ANY_FIELD,
  CONTAINER_SHAPE,
  type ObjectShape,
  type Shape,
} from '../../../src/config/container-shape.js';
import { SCALARS } from '../../../src/config/shape-problems.js';
import type { JsonObject } from '../../../src/core/json.js';

/** The fields of a container that the configuration may hold, as a JSON schema. */
export const CONTAINER_SCHEMA = schemaOf(CONTAINER_SHAPE);

function schemaOf(shape: Shape): JsonObject {
  if (typeof shape === 'string') return SCALARS[shape].schema ?? {};
  if (isList(shape)) return { type: 'array', items: schemaOf(shape[0]) };
  const { [ANY_FIELD]: any, ...fields } = shape;
  const required = Object.keys(fields).filter((field) => field.endsWith('!'));
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(fields).map(([field, inner]) => [plain(field), schemaOf(inner)]),
    ),
    ...(required.length > 0 && { required: required.map(plain) }),
    additionalProperties: any === undefined ? false : schemaOf(any),
  };
}

function plain(field: string): string {
  return field.replace('!', '');
}

function isList(shape: ObjectShape | readonly [Shape]): shape is readonly [Shape] {
  return Array.isArray(shape);
}
