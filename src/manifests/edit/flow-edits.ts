import { commaBefore, entryExtent, isImplicit } from '../tree/extent.js';
import type { Collection, NodeRef } from '../tree/node-ref.js';
import type { Additions } from './block-edits.js';
import { type FlowStyle, flowMember, flowText, type Spread } from './flow-text.js';
import { flowStyle, type Layout } from './layout.js';
import { textLike } from './scalar-text.js';
import type { TextEdit } from './text-edit.js';

/** Adds members or entries to a flow collection: on its line, or, if it spans lines, on lines of their own. */
export function addToFlow(
  { node, parent, depth }: NodeRef,
  { members, prepended, appended, replacesAll }: Additions,
  layout: Layout,
): TextEdit[] {
  const collection = node as Collection;
  const style = flowStyle(collection.items.length === 0 && parent?.flow ? parent : collection);
  const spread =
    spreadOf(collection, layout) ?? (parent?.flow ? spreadInside(collection, parent, layout) : undefined);
  const texts = (values: readonly unknown[]) => values.map((value) => flowText(value, style, spread));
  const added = [...members.map((member) => flowMember(member, style, spread)), ...texts(appended)];
  const first = texts(prepended);
  const insert = (start: number, text: string): TextEdit => ({ start, end: start, text, depth });
  const count = collection.items.length;
  if (count === 0) {
    const all = [...first, ...added];
    const at = collection.range[0] + 1;
    if (spread === undefined) return [insert(at, all.join(style.comma))];
    const outer = spread.indent.slice(0, spread.indent.length - spread.step.length);
    return [insert(at, all.map((text) => between(spread, style) + text).join(',') + spread.eol + outer)];
  }
  const edits: TextEdit[] = [];
  if (first.length > 0) {
    const text = first.map((entry) => `${entry},${between(spread, style)}`).join('');
    edits.push(insert(entryExtent(collection, 0).start, text));
  }
  if (added.length === 0) return edits;
  const last = entryExtent(collection, count - 1).end;
  if (replacesAll) {
    const { start } = entryExtent(collection, 0);
    return [{ start, end: last, text: added.join(`,${between(spread, style)}`), depth }];
  }
  const comma = commaBefore(collection, count);
  const text = added.map((entry) => between(spread, style) + entry).join(',');
  const position = (offset: number) => (spread === undefined ? offset : afterComment(offset, layout));
  if (comma !== undefined) return [...edits, insert(position(comma + 1), `${text},`)];
  const separator = layout.text[last - 1] === ':' ? ' ,' : ','; // `a:,` would be a key
  return [...edits, insert(last, separator), insert(position(last), text)];
}

/** Sets a value inside a flow collection. */
export function setInFlow(ref: NodeRef, value: unknown, layout: Layout): TextEdit {
  const { node, parent, depth } = ref;
  const outer = parent as Collection;
  const [start, end] = node.range;
  const style = flowStyle(outer);
  const text =
    (style.quoted ? undefined : textLike(node, value)) ?? flowText(value, style, spreadOf(outer, layout));
  const space = isImplicit(node) && layout.text[start - 1] === ':' ? ' ' : '';
  return { start, end, text: space + text, depth };
}

/** Removes entries of a flow collection, and the commas and spaces that they leave behind. */
export function removeFromFlow(
  { node, depth }: NodeRef,
  indices: readonly number[],
  layout: Layout,
): TextEdit[] {
  const collection = node as Collection;
  const count = collection.items.length;
  const remove = (start: number, end: number): TextEdit => ({ start, end, text: '', depth });
  const extent = (index: number) => entryExtent(collection, index);
  if (indices.length === count) {
    const start = collection.range[0] + 1;
    const spread = layout.text.slice(start, extent(0).start).includes('\n');
    return [remove(start, spread ? collection.range[1] - 1 : extent(count - 1).end)];
  }
  const kept = collection.items.flatMap((_, index) => (indices.includes(index) ? [] : [index]));
  const last = kept.at(-1) ?? 0;
  const edits = indices
    .filter((index) => index < last)
    .map((index) => remove(extent(index).start, extent(index + 1).start));
  if (last === count - 1) return edits;
  const comma = commaBefore(collection, last + 1) ?? extent(last).end;
  const end = commaBefore(collection, count);
  const from = afterComment(comma + 1, layout);
  if (end !== undefined) return [...edits, remove(from, end + 1)];
  const isSpaced = layout.text.slice(comma - 2, comma) === ': ';
  return [...edits, remove(isSpaced ? comma - 1 : comma, comma + 1), remove(from, extent(count - 1).end)];
}

function between(spread: Spread | undefined, { comma }: FlowStyle): string {
  return spread === undefined ? comma.slice(1) : spread.eol + spread.indent;
}

/** How the entries of a collection are spread over lines; undefined if the first is on the line of the bracket. */
function spreadOf(collection: Collection, layout: Layout): Spread | undefined {
  if (collection.items.length === 0) return undefined;
  const { start } = entryExtent(collection, 0);
  if (!layout.text.slice(collection.range[0], start).includes('\n')) return undefined;
  const outer = layout.indentOf(collection.range[0]);
  const indent = layout.indentOf(start);
  return { indent, step: indent.startsWith(outer) ? indent.slice(outer.length) : '  ', eol: layout.eol };
}

/** How to spread the entries of an empty collection: like those of its parent. */
function spreadInside(empty: Collection, parent: Collection, layout: Layout): Spread | undefined {
  const around = spreadOf(parent, layout);
  if (around === undefined || layout.text.slice(empty.range[0], empty.range[1]).includes('\n'))
    return undefined;
  return { ...around, indent: around.indent + around.step };
}

function afterComment(offset: number, { text }: Layout): number {
  return offset + (/^[ \t]*#[^\r\n]*/.exec(text.slice(offset))?.[0].length ?? 0);
}
