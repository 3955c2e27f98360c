import { isScalar } from 'yaml';
import type { NodeRef } from '../tree/node-ref.js';
import { parse } from '../tree/parse.js';
import type { Layout } from './layout.js';
import { blockScalarText, textLike } from './scalar-text.js';
import type { TextEdit } from './text-edit.js';

/**
 * Replaces a scalar or an alias in a block by a scalar. The old text is kept as a comment (`port: 63000 # "http"`), for
 * readers and for {@link restoreScalar}, if it is on one line.
 */
export function replaceScalar({ node, depth }: NodeRef, value: unknown, { text }: Layout): TextEdit[] {
  const [start, end] = node.range;
  const old = text.slice(start, end);
  const kept = old === '' || old.includes('\n') ? '' : ` # ${old}`;
  return [{ start, end, text: blockScalarText(value) + kept, depth }];
}

/** Replaces a scalar by another one: by its old text if {@link replaceScalar} kept that. */
export function restoreScalar({ node, depth }: NodeRef, value: unknown, layout: Layout): TextEdit[] {
  const [start, end] = node.range;
  const comment = /^ # (.*)/.exec(layout.text.slice(end, layout.nextLine(end)))?.[1] ?? '';
  const { contents, errors } = parse(comment).document;
  if (isScalar(contents) && contents.value === value && errors.length === 0) {
    const [first, last] = contents.range;
    return [{ start, end: end + ' # '.length + last, text: comment.slice(first, last), depth }];
  }
  return [{ start, end, text: textLike(node, value) ?? blockScalarText(value), depth }];
}
