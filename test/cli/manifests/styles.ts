import { stringify } from 'yaml';
import type { JsonObject } from '../../../src/core/values/json.js';
import { fc } from '../../support/fast-check.js';

/** A style of writing an object as text. */
export interface Style {
  readonly name: string;
  readonly write: (object: unknown) => string;
}

const YAML = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;

/** The styles in which tools write manifests. */
export const STYLES: readonly Style[] = [
  { name: 'JSON on one line', write: (object) => JSON.stringify(object) },
  {
    name: 'JSON on one line with spaces',
    write: (object) =>
      stringify(object, {
        ...YAML,
        collectionStyle: 'flow',
        defaultKeyType: 'QUOTE_DOUBLE',
        defaultStringType: 'QUOTE_DOUBLE',
        flowCollectionPadding: false,
      }),
  },
  { name: 'JSON on lines', write: (object) => `${JSON.stringify(object, null, 2)}\n` },
  { name: 'JSON with tabs', write: (object) => JSON.stringify(object, null, '\t') },
  { name: 'blocks', write: (object) => stringify(object, YAML) },
  {
    name: 'blocks with dashes below the keys',
    write: (object) => stringify(object, { ...YAML, indentSeq: false }),
  },
  { name: 'blocks of four columns', write: (object) => stringify(object, { ...YAML, indent: 4 }) },
  {
    name: 'blocks with quotes',
    write: (object) => stringify(object, { ...YAML, defaultStringType: 'QUOTE_SINGLE' }),
  },
  {
    name: 'blocks with empty nulls',
    write: (object) => stringify(object, { ...YAML, nullStr: '' }),
  },
  { name: 'blocks with a tilde for null', write: (object) => stringify(object, { ...YAML, nullStr: '~' }) },
  { name: 'flow collections', write: (object) => stringify(object, { ...YAML, collectionStyle: 'flow' }) },
  { name: 'Windows line ends', write: (object) => stringify(object, YAML).replaceAll('\n', '\r\n') },
  { name: 'no final line end', write: (object) => stringify(object, YAML).replace(/\n+$/, '') },
  {
    name: 'a document with markers',
    write: (object) => `%YAML 1.1\n--- # first\n${stringify(object, YAML)}... # end\n`,
  },
  { name: 'a byte order mark', write: (object) => `\uFEFF${stringify(object, YAML)}` },
  {
    name: 'a comment after every line',
    write: (object) =>
      commented(stringify(object, { ...YAML, blockQuote: false, doubleQuotedMinMultiLineLength: 1e6 })),
  },
];

export const styles: fc.Arbitrary<Style> = fc.constantFrom(...STYLES);

/** Wraps a Pod: not at all, in a workload with a Pod template, or in a List. */
export const wrappings: fc.Arbitrary<(pod: JsonObject) => JsonObject> = fc.constantFrom(
  (pod: JsonObject) => pod,
  (pod: JsonObject) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 1, template: templateOf(pod), paused: false },
  }),
  (pod: JsonObject) => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    spec: { jobTemplate: { spec: { template: templateOf(pod) } } },
  }),
  (pod: JsonObject) => ({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'Service' },
      pod,
      { apiVersion: 'v1', kind: 'PodTemplate', template: templateOf(pod) },
    ],
  }),
);

function templateOf({ metadata, spec }: JsonObject): JsonObject {
  return { ...(metadata !== undefined && { metadata }), spec };
}

/** Adds a comment at the end of each line and one below it. The text must not contain block scalars. */
function commented(text: string): string {
  return text.replaceAll(/^( *)(.*)$/gm, (line, indent) =>
    line === '' ? '' : `${line} # why\n${indent}# and how`,
  );
}

/** True if a text is another text with some characters removed. */
export function isSubsequence(part: string, whole: string): boolean {
  let next = 0;
  for (const character of whole) if (part.startsWith(character, next)) next += character.length;
  return next === part.length;
}
