import { isObject, type JsonObject } from '../../core/values/json.js';
import { FIXED_IN_INIT, FIXED_IN_PROXY } from '../container/container-violations.js';
import type { SettingEntry } from '../schema/setting.js';
import { containerSchema, volumesSchema } from './shape-schema.js';

/** Settings in the format of Kubernetes. */
const SHAPES: { readonly [path: string]: JsonObject } = {
  'proxy.container': containerSchema(Object.keys(FIXED_IN_PROXY)),
  'init.container': containerSchema(Object.keys(FIXED_IN_INIT)),
  'pod.volumes': volumesSchema(),
};

/** What the JSON Schema of a setting has besides what follows from its default. */
export function settingSchema({ path, default: value, schema, verbatim, list }: SettingEntry): JsonObject {
  const shape = SHAPES[path.join('.')];
  if (shape) return shape;
  const isOptional = value === undefined;
  if (Array.isArray(schema?.enum))
    return { ...schema, enum: isOptional ? [...schema.enum, null] : schema.enum };
  if (isOptional) return { type: ['string', 'null'], ...schema };
  if (list) {
    return {
      type: ['string', 'integer', 'array'],
      ...schema,
      items: { type: ['string', 'integer'], ...schema },
    };
  }
  // Text settings also accept a single number.
  if (typeof value === 'string') return { type: ['string', 'integer'], ...schema };
  return { ...(verbatim && isObject(value) && { additionalProperties: true }), ...schema };
}
