import { isSeq } from 'yaml';
import { entryExtent, isImplicit, tokensBefore, valueEnd, valueStart } from '../tree/extent.js';
import type { Collection, NodeRef } from '../tree/node-ref.js';
import { type BlockStyle, collectionLines, isFilled, itemLines, memberLines } from './block-text.js';
import type { CollectionChange } from './collection-changes.js';
import type { Layout } from './layout.js';
import { blockScalarText, textLike } from './scalar-text.js';
import type { TextEdit } from './text-edit.js';

/** What to add to a collection. In a block, the comment goes on the line of the first member. */
export interface Additions extends Pick<CollectionChange, 'prepended' | 'appended'> {
  readonly members: readonly (readonly [string, unknown])[];
  readonly comment?: string;
  /** All entries of the collection are removed. */
  readonly replacesAll?: boolean;
}

/** Adds members or entries to a block, on lines of their own. */
export function addToBlock(ref: NodeRef, added: Additions, style: BlockStyle, layout: Layout): TextEdit[] {
  const { members, prepended, appended, comment } = added;
  const column = layout.columnOf(ref.node as Collection);
  const lines = [...memberLines(members, column, style), ...itemLines(appended, column, style)];
  if (comment !== undefined && lines[0] !== undefined) lines[0] += ` # ${comment}`;
  const first = itemLines(prepended, column, style);
  return [
    ...(first.length > 0 ? [insertion(layout.nextLine(valueStart(ref)), first, ref.depth, layout)] : []),
    ...(lines.length > 0 ? [insertion(lineAfter(ref, column, layout), lines, ref.depth, layout)] : []),
  ];
}

/**
 * Sets a value that is a scalar, an alias, or empty. If a block replaces it, the old value is kept as a comment
 * (`annotations: # {}`), for readers and for {@link emptyBlock} to restore.
 */
export function setInBlock(ref: NodeRef, value: unknown, style: BlockStyle, layout: Layout): TextEdit[] {
  const { node, parent, depth } = ref;
  const [start, end] = node.range;
  const atLine = layout.lineStart(end) === end && end > start ? layout.eol : '';
  if (!isFilled(value)) {
    return [{ start, end, text: (textLike(node, value) ?? blockScalarText(value)) + atLine, depth }];
  }
  const column =
    layout.columnOf(parent as Collection) +
    (isSeq(parent) ? style.item : Array.isArray(value) ? style.dash : style.map);
  const lines = collectionLines(value, column, style);
  if (isImplicit(node)) return [insertion(layout.nextLine(valueStart(ref)), lines, depth, layout)];
  const mark = /[ \t]/.test(layout.text[start - 1] ?? '') ? '# ' : ' #';
  return [{ start, end: start, text: mark, depth }, insertion(layout.nextLine(end), lines, depth, layout)];
}

/** Removes entries of a block and their lines. */
export function removeFromBlock(
  { node, depth }: NodeRef,
  indices: readonly number[],
  layout: Layout,
): TextEdit[] {
  const block = node as Collection;
  return indices.map((index) => {
    const { start, end } = entryExtent(block, index);
    const lineStart = layout.lineStart(start);
    const next = index + 1 < block.items.length ? entryExtent(block, index + 1).start : undefined;
    if (layout.text.slice(lineStart, start).trim() !== '' && next !== undefined) {
      return { start, end: next, text: '', depth };
    }
    return { start: lineStart, end: layout.lineEnd(start, end), text: '', depth };
  });
}

/** Empties a block. Leaves the value that the comment at its key records (`# {}`, `# null`, `# ~`), or `otherwise`. */
export function emptyBlock(ref: NodeRef, otherwise: '{}' | '[]' | '', layout: Layout): TextEdit[] {
  const block = ref.node as Collection;
  const start = layout.lineStart(entryExtent(block, 0).start);
  const lines = { start, end: layout.lineEnd(start, valueEnd(block)), text: '', depth: ref.depth };
  const was = otherwise === '' ? /^# ?(?:null|~)\s*(?:#|$)/i : /^# ?(?:\{\s*\}|\[\s*\])\s*(?:#|$)/;
  const comment = tokensBefore(ref).find(({ type, source }) => type === 'comment' && was.test(source));
  if (comment !== undefined) return [uncommented(comment.offset, layout), lines];
  const at = valueStart(ref);
  return otherwise === ''
    ? [lines]
    : [{ start: at, end: at, text: ` ${otherwise}`, depth: ref.depth }, lines];
}

/** Uncomments a value that {@link setInBlock} turned into a comment. */
export function uncommented(offset: number, { text }: Layout): TextEdit {
  const spaced = text[offset + 1] === ' ';
  return { start: spaced ? offset : offset - 1, end: spaced ? offset + 2 : offset + 1, text: '', depth: 0 };
}

function insertion(offset: number, lines: readonly string[], depth: number, layout: Layout): TextEdit {
  return { start: offset, end: offset, text: layout.lines(lines, offset), depth };
}

/** The start of the line after a block and after more deeply indented comments, which belong to its last entry. */
function lineAfter({ node }: NodeRef, column: number, layout: Layout): number {
  let offset = layout.lineEnd(node.range[0], valueEnd(node));
  while (layout.commentColumn(offset) > column) offset = layout.nextLine(offset);
  return offset;
}
