import type { Path } from '../../core/values/path.js';
import { type BadReference, findAliases } from './aliases.js';
import { type BadKey, badKeys } from './map-keys.js';
import { pathAt } from './node-ref.js';
import type { SyntaxTree } from './parse.js';

/** A diagnostic that is located by its offset in the document. */
export interface SyntaxDiagnostic {
  readonly offset: number;
  readonly path: Path;
  readonly message: string;
}

/**
 * Why a document cannot be read: its first syntax error, because one error causes others; without one, every bad key,
 * alias, and merge. Of an unrendered template, only that it is one.
 */
export function syntaxDiagnostics(tree: SyntaxTree): SyntaxDiagnostic[] {
  const { document, text, excess } = tree;
  if (excess) return [{ offset: excess.offset, path: [], message: excess.message }];
  const keys = badKeys(document.contents);
  const [first] = document.errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const offsets = [
    ...keys.map(({ node }) => node.range[0] - 1),
    ...(first ? [lineStart(text, first.pos[0])] : []),
  ];
  const template = offsets.map((offset) => templateFrom(text, offset)).find((found) => found !== undefined);
  if (template) return [at(tree, template.offset, unrendered(template.text))];
  if (first) return [{ offset: first.pos[0], path: [], message: syntaxMessage(first.code, first.message) }];
  return [
    ...keys.map(({ node, kind }) => at(tree, node.range[0], KEY_MESSAGES[kind])),
    ...findAliases(document).bad.map((bad) => at(tree, bad.node.range[0], referenceMessage(bad))),
  ].sort((a, b) => a.offset - b.offset);
}

/** Diagnostics for duplicate keys at these offsets. */
export function duplicateDiagnostics(tree: SyntaxTree, offsets: readonly number[]): SyntaxDiagnostic[] {
  return offsets.map((offset) => at(tree, offset, KEY_MESSAGES.duplicate));
}

const KEY_MESSAGES: { readonly [kind in BadKey['kind']]: string } = {
  collection: 'expected a key that is a string, got a map or list',
  null: 'expected a key that is a string, got null',
  duplicate: 'expected unique keys, got a duplicate',
};

function referenceMessage(bad: BadReference): string {
  if (bad.kind === 'merge')
    return 'expected a map, an alias of a map, or a list of these to merge (<<), got something else';
  const { source } = bad.node;
  return bad.kind === 'unresolved'
    ? `expected an anchor &${source} before the alias *${source}, got none`
    : `expected an alias of another node, got *${source} inside &${source}`;
}

function at({ document }: SyntaxTree, offset: number, message: string): SyntaxDiagnostic {
  return { offset, path: pathAt(document.contents, offset), message };
}

function syntaxMessage(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'expected spaces for indentation, got a tab';
  return `expected YAML or JSON: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The rest of a line up to its first `{{ ... }}` that is not in quotes or a comment. */
const TEMPLATE = /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|(?!\{\{)[^"'#])*(\{\{.*?(?:\}\}|$))/;

function templateFrom(text: string, offset: number): { offset: number; text: string } | undefined {
  const line = /[^\r\n]*/.exec(text.slice(offset, offset + 1000))?.[0] ?? '';
  const [upTo = '', template] = TEMPLATE.exec(line) ?? [];
  return template === undefined
    ? undefined
    : { offset: offset + upTo.length - template.length, text: template };
}

function unrendered(template: string): string {
  const shown = template.length > 60 ? `${template.slice(0, 57)}...` : template;
  return `expected YAML or JSON, got the template ${shown}: render the chart first, for example with helm template`;
}
