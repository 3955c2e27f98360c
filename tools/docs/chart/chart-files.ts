import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { isObject } from '../../../src/core/values/json.js';
import { ROOT } from '../../checkout.js';
import { configSection } from './config-values.js';
import { policyFiles } from './policy-files.js';
import { type ChartValue, readValues, type ValueSection } from './values-file.js';
import { schemaOf } from './values-schema.js';

const CHART = join(ROOT, 'helm', 'proxy-injector');
const WIDTH = 120;

/** A file of the chart generated from the comments of values.yaml, or from the source of the service. */
export interface ChartFile {
  readonly path: string;
  readonly text: string;
}

/** The generated files of the chart, with the text they should have. */
export function chartFiles(): ChartFile[] {
  return [...valuesFiles(CHART, configSection()), ...policyFiles()];
}

/** The generated files of a chart in a folder that follow from its values: what is handwritten, and `config`. */
export function valuesFiles(chart: string, config: ValueSection): ChartFile[] {
  const values = readFileSync(join(chart, 'values.yaml'), 'utf8');
  const handwritten = values.split(`## ${config.title}\n`)[0] ?? '';
  const sections = [...readValues(handwritten), config];
  const readme = join(chart, 'README.md');
  const schema = schemaOf(sections.flatMap((section) => section.values));
  return [
    { path: join(chart, 'values.yaml'), text: handwritten + sectionText(config) },
    { path: join(chart, 'values.schema.json'), text: `${JSON.stringify(schema, null, 2)}\n` },
    { path: readme, text: withTables(readFileSync(readme, 'utf8'), sections) },
  ];
}

function withTables(page: string, sections: readonly ValueSection[]): string {
  const tables = sections.map(({ title, text, values }) =>
    [
      `### ${title}`,
      ...(text === '' ? [] : [text]),
      [
        '| value | default | description |',
        '| --- | --- | --- |',
        ...values.map(
          ({ path, default: value, description }) =>
            `| \`${path.join('.')}\` | ${shown(value)} | ${description.replaceAll('|', '\\|')} |`,
        ),
      ].join('\n'),
    ].join('\n\n'),
  );
  return page.replace(
    /<!-- values -->[\s\S]*<!-- \/values -->/,
    () => `<!-- values -->\n${tables.join('\n\n')}\n<!-- /values -->`,
  );
}

function shown(value: unknown): string {
  return value === null || value === '' ? '' : `\`${JSON.stringify(value).replaceAll('|', '\\|')}\``;
}

/** A section as it appears in values.yaml. */
function sectionText({ title, text, values }: ValueSection): string {
  const heading = [
    title,
    '',
    ...text.split('\n'),
    '',
    '`npm run docs` generates the rest of this file from src/config.',
  ];
  return `${heading.map((line) => `## ${line}`.trimEnd()).join('\n')}\n\n${valuesText(values, 0)}`;
}

function valuesText(values: readonly ChartValue[], depth: number): string {
  const indent = '  '.repeat(depth);
  const keys = [...new Set(values.map(({ path }) => path[depth] ?? ''))];
  return keys
    .map((key) => {
      const inner = values.filter(({ path }) => path[depth] === key);
      const [leaf] = inner.filter(({ path }) => path.length === depth + 1);
      if (leaf === undefined) return `${indent}${key}:\n${valuesText(inner, depth + 1)}`;
      return `${wrapped(leaf.description, `${indent}# `)}\n${indent}${key}:${valueText(leaf.default, indent)}\n`;
    })
    .join('');
}

/** A list of objects with an entry per line, anything else on the line of its key. */
function valueText(value: unknown, indent: string): string {
  const inline = (inner: unknown) => stringify(inner, { collectionStyle: 'flow', lineWidth: 0 }).trim();
  if (!Array.isArray(value) || !value.some(isObject)) return ` ${inline(value)}`;
  return value.map((entry) => `\n${indent}  - ${inline(entry)}`).join('');
}

function wrapped(text: string, mark: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)} ${word}`.trimStart();
    if (mark.length + line.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines.map((line) => mark + line).join('\n');
}
