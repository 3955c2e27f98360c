import { objectSchema } from '../../../src/config/json-schema/object-schema.js';
import { asObject, type JsonObject } from '../../../src/core/values/json.js';
import type { ChartValue } from './values-file.js';

/** The values.schema.json of a chart. Unknown keys are errors, except below `global`, which other charts share. */
export function schemaOf(values: readonly ChartValue[]): JsonObject {
  const { properties, ...root } = objectSchema(values);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...root,
    properties: {
      ...(properties as JsonObject),
      global: { ...asObject(asObject(properties).global), additionalProperties: true },
    },
  };
}
