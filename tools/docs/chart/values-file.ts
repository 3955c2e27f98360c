import { parse } from 'yaml';
import type { DescribedValue } from '../../../src/config/json-schema/object-schema.js';
import { isObject } from '../../../src/core/values/json.js';

/** A value of the chart: a leaf of values.yaml. Its `@schema` adds to the type of its default. */
export type ChartValue = DescribedValue;

/** The values below a `## Title`. */
export interface ValueSection {
  readonly title: string;
  /** The `##` lines after the title. */
  readonly text: string;
  readonly values: readonly ChartValue[];
}

/**
 * Reads a values.yaml. The comment above a key is its description; `@schema` begins a JSON schema that lasts to the
 * end of the comment. A map with anything in it and no `@schema` is a group of values. Throws if a value has no
 * description.
 */
export function readValues(text: string): ValueSection[] {
  const content: unknown = parse(text);
  const sections: (ValueSection & { values: ChartValue[] })[] = [];
  let comment: string[] = [];
  let path: string[] = [];
  let leafDepth = Number.POSITIVE_INFINITY;
  for (const line of text.split('\n')) {
    const [, indent = '', mark, rest = ''] = /^( *)(#+ ?|[\w-]+:)?(.*)$/.exec(line) ?? [];
    if (mark?.startsWith('#')) {
      comment.push(mark.trim() + rest);
      continue;
    }
    if (line === '' && comment[0]?.startsWith('##')) sections.push({ ...headingOf(comment), values: [] });
    const depth = indent.length / 2;
    if (mark !== undefined && depth <= leafDepth) {
      path = [...path.slice(0, depth), mark.slice(0, -1)];
      const value = chartValueOf(path, valueAt(content, path), comment);
      leafDepth = value === undefined ? Number.POSITIVE_INFINITY : depth;
      if (value) sections.at(-1)?.values.push(value);
    }
    comment = [];
  }
  return sections;
}

function headingOf(comment: readonly string[]): Pick<ValueSection, 'title' | 'text'> {
  const [title = '', ...text] = comment.map((line) => line.replace(/^##/, ''));
  return { title, text: text.join('\n').trim() };
}

/** Undefined for a group. */
function chartValueOf(
  path: readonly string[],
  value: unknown,
  comment: readonly string[],
): ChartValue | undefined {
  const [description = '', schema] = comment
    .map((line) => line.slice(1))
    .join(' ')
    .split(/ ?@schema /);
  if (schema === undefined && isObject(value) && Object.keys(value).length > 0) return undefined;
  if (description === '') throw new Error(`values.yaml: ${path.join('.')} has no comment`);
  return { path, default: value, description, schema: schema === undefined ? {} : parse(schema) };
}

function valueAt(content: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), content);
}
