import type { Document, ParsedNode } from 'yaml';
import type { Path } from '../../core/values/path.js';
import { findAliases } from './aliases.js';
import { pathAt } from './node-ref.js';
import type { Parsed } from './parse.js';

/** What is said where the stack does not suffice. */
export const TOO_DEEP = 'expected a document that is not nested as deep as this one';

/** What is wrong with a text: where, in which field, and what. */
export interface RawDiagnostic {
  readonly offset: number;
  readonly path: Path;
  readonly message: string;
}

/**
 * Why a document cannot be read: its first syntax error, because one error makes others; or else every key that is there twice, and every
 * alias that stands for nothing.
 */
export function syntaxDiagnostics({ document }: Parsed): RawDiagnostic[] {
  const errors = document.errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const first = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  if (first) return [{ offset: first.pos[0], path: [], message: syntaxMessage(first.code, first.message) }];
  const duplicates = errors.map(({ pos }) =>
    at(document, pos[0], 'expected each key once, got this one again'),
  );
  const aliases = findAliases(document).bad.map(({ alias, kind }) => {
    const message =
      kind === 'unresolved'
        ? `expected an anchor &${alias.source} before the alias *${alias.source}, got none`
        : `expected an alias of something else, got *${alias.source} inside of &${alias.source}`;
    return at(document, alias.range[0], message);
  });
  return [...duplicates, ...aliases];
}

function at(document: Document.Parsed<ParsedNode>, offset: number, message: string): RawDiagnostic {
  return { offset, path: pathAt(document.contents, offset), message };
}

function syntaxMessage(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'expected spaces as indentation, got a tab';
  if (code === 'RESOURCE_EXHAUSTION') return TOO_DEEP;
  return `expected YAML or JSON: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}
