import type { Document, ParsedNode } from 'yaml';
import type { Path } from '../../core/values/path.js';
import { findAliases } from './aliases.js';
import { pathAt } from './node-ref.js';
import type { SyntaxTree } from './parse.js';

/** The message for a document whose nesting overflows the stack. */
export const TOO_DEEP = 'expected less nesting, got too many levels';

/** A diagnostic that is located by its offset in the document. */
export interface SyntaxDiagnostic {
  readonly offset: number;
  readonly path: Path;
  readonly message: string;
}

/**
 * Why a document cannot be read: its first syntax error, because one error causes others; without one, every duplicate
 * key and every invalid alias.
 */
export function syntaxDiagnostics({ document }: SyntaxTree): SyntaxDiagnostic[] {
  const errors = document.errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const first = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  if (first) return [{ offset: first.pos[0], path: [], message: syntaxMessage(first.code, first.message) }];
  const duplicates = errors.map(({ pos }) => at(document, pos[0], 'expected unique keys, got a duplicate'));
  const aliases = findAliases(document).bad.map(({ alias, kind }) => {
    const message =
      kind === 'unresolved'
        ? `expected an anchor &${alias.source} before the alias *${alias.source}, got none`
        : `expected an alias of another node, got *${alias.source} inside &${alias.source}`;
    return at(document, alias.range[0], message);
  });
  return [...duplicates, ...aliases];
}

function at(document: Document.Parsed<ParsedNode>, offset: number, message: string): SyntaxDiagnostic {
  return { offset, path: pathAt(document.contents, offset), message };
}

function syntaxMessage(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'expected spaces for indentation, got a tab';
  if (code === 'RESOURCE_EXHAUSTION') return TOO_DEEP;
  return `expected YAML or JSON: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}
