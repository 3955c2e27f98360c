import { isObject, type JsonObject } from '../../core/values/json.js';
import { Configuration } from '../schema/configuration.js';
import { settingsOf, settingText } from '../schema/setting.js';
import { objectSchema } from './object-schema.js';
import { settingSchema } from './setting-schema.js';

/** Where the schema of the newest version is. */
const ADDRESS =
  'https://raw.githubusercontent.com/proxy-injector/proxy-injector/main/docs/reference/configuration.schema.json';

/**
 * The JSON Schema of a configuration file, for editors. A valid file meets it. It does not express everything that
 * `config check` rejects, such as a setting that contradicts another.
 */
export function configurationSchema(): JsonObject {
  const values = settingsOf(Configuration).map((setting) => ({
    path: setting.path,
    default: setting.default,
    description: settingText(setting),
    schema: settingSchema(setting),
  }));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: ADDRESS,
    title: 'Configuration of proxy-injector',
    ...withNulls(objectSchema(values)),
  };
}

/** Lets every key have no value, which counts as not set. An entry of a list needs one. */
function withNulls(schema: JsonObject): JsonObject {
  const { properties, additionalProperties: any, items } = schema;
  return {
    ...schema,
    ...(isObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, inner]) => [key, orNull(inner as JsonObject)]),
      ),
    }),
    ...(isObject(items) && { items: withNulls(items) }),
    ...(isObject(any) && { additionalProperties: orNull(any) }),
  };
}

function orNull(schema: JsonObject): JsonObject {
  const { type, enum: choices, ...rest } = withNulls(schema);
  return {
    ...rest,
    ...(type !== undefined && { type: [...new Set([type, 'null'].flat())] }),
    ...(Array.isArray(choices) && { enum: [...new Set([...choices, null])] }),
  };
}
