import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { PRESET } from '../../../src/config/presets/presets.js';
import { Configuration } from '../../../src/config/schema/configuration.js';
import { isObject, type JsonObject } from '../../../src/core/values/json.js';
import { ROOT } from '../../../tools/checkout.js';

/** A configuration that users are shown, and where. */
export interface DocumentedConfiguration {
  readonly name: string;
  readonly configuration: JsonObject;
}

/** The defaults, every preset, and every configuration in the docs. */
export function documentedConfigurations(): DocumentedConfiguration[] {
  const presets = PRESET.schema?.enum as readonly string[];
  return [
    { name: 'defaults', configuration: {} },
    ...presets.map((preset) => ({ name: `preset ${preset}`, configuration: { proxy: { preset } } })),
    ...filesIn('docs/examples', '.yaml').flatMap((path) =>
      configurationsIn(path, [readFileSync(path, 'utf8')]),
    ),
    ...filesIn('docs/guides', '.md').flatMap((path) => configurationsIn(path, yamlIn(path))),
  ];
}

function filesIn(folder: string, suffix: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith(suffix))
    .map((file) => join(ROOT, folder, file));
}

/** The blocks of YAML in a page. They may be indented. */
function yamlIn(path: string): string[] {
  const blocks = readFileSync(path, 'utf8').matchAll(/^( *)```yaml\n([\s\S]*?)^\1```$/gm);
  return [...blocks].map(([, indent = '', text = '']) => text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}

/** Those of the texts that are a configuration, or values of the chart with one. */
function configurationsIn(path: string, texts: readonly string[]): DocumentedConfiguration[] {
  return texts.flatMap((text, index) => {
    const document: unknown = parse(text);
    if (!isObject(document)) return [];
    const configuration = isObject(document.config) ? document.config : document;
    const isConfiguration = Object.keys(configuration).every((key) => SECTIONS.includes(key));
    return isConfiguration ? [{ name: `${relative(ROOT, path)}, block ${index + 1}`, configuration }] : [];
  });
}

/** Other sections have the names of values of the chart. */
const SECTIONS = Object.keys(new Configuration()).filter((section) => section !== 'webhook');
