import { join } from 'node:path';
import { configurationSchema } from '../../src/config/json-schema/configuration-schema.js';
import { ROOT } from '../checkout.js';
import type { ChartFile } from './chart/chart-files.js';

/** The JSON Schema of a configuration, for editors, with the text that it should have. */
export function schemaFile(): ChartFile {
  return {
    path: join(ROOT, 'docs', 'reference', 'configuration.schema.json'),
    text: `${JSON.stringify(configurationSchema(), null, 2)}\n`,
  };
}
