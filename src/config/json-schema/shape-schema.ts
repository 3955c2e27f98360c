import type { JsonObject } from '../../core/values/json.js';
import { CONTAINER_SHAPE } from '../container/container-shape.js';
import { ANY_FIELD, isList, isScalar, type Shape } from '../shape/shape.js';
import { VOLUME_SHAPE } from '../volumes/volume-shape.js';

/**
 * The JSON Schema of a container in the configuration. `excluded` lists the dotted paths of fields that it must not
 * set.
 */
export function containerSchema(excluded: readonly string[]): JsonObject {
  return schemaOf(CONTAINER_SHAPE, excluded);
}

/** The JSON Schema of the volumes in the configuration. */
export function volumesSchema(): JsonObject {
  return schemaOf([VOLUME_SHAPE], []);
}

function schemaOf(shape: Shape, excluded: readonly string[]): JsonObject {
  if (isScalar(shape)) return shape.schema ?? {};
  if (isList(shape)) return { type: 'array', items: schemaOf(shape[0], []) };
  const { [ANY_FIELD]: any, ...all } = shape;
  const fields = Object.fromEntries(
    Object.entries(all).filter(([field]) => !excluded.includes(plain(field))),
  );
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
