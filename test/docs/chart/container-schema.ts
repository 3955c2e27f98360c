import {
  ANY_FIELD,
  CONTAINER_SHAPE,
  type ObjectShape,
  type ScalarShape,
  type Shape,
} from '../../../src/config/container-shape.js';
import type { JsonObject } from '../../../src/core/json.js';

const PORT = { type: 'integer', minimum: 1, maximum: 65535 };

const SCALARS: { readonly [shape in ScalarShape]: JsonObject } = {
  'a string': { type: 'string' },
  'a whole number': { type: 'integer' },
  'a boolean': { type: 'boolean' },
  'a port': PORT,
  'a port or its name': { anyOf: [PORT, { type: 'string' }] },
  'a quantity': { type: ['string', 'number'] },
};

/** The fields of a container that the configuration may hold, as a JSON schema. */
export const CONTAINER_SCHEMA = schemaOf(CONTAINER_SHAPE);

function schemaOf(shape: Shape): JsonObject {
  if (typeof shape === 'string') return SCALARS[shape];
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
