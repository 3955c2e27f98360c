import { type CST, isMap, isSeq } from 'yaml';
import { entryExtent } from '../tree/extent.js';
import type { Collection, NodeRef } from '../tree/node-ref.js';
import type { BlockStyle } from './block-text.js';
import type { FlowStyle } from './flow-text.js';

/** The text of a document and how it is laid out: lines, columns, line ends. */
export class Layout {
  /** The end of a line: the first one of the document is taken for all. */
  readonly eol: string;

  constructor(readonly text: string) {
    this.eol = /\r?\n/.exec(text)?.[0] ?? '\n';
  }

  lineStart(offset: number): number {
    return this.text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** The start of the line after an offset; the end of the text where there is none. */
  nextLine(offset: number): number {
    const end = this.text.indexOf('\n', offset);
    return end < 0 ? this.text.length : end + 1;
  }

  /** The end of the last line of something, behind its line end; a block scalar ends there already. */
  lineEnd(start: number, end: number): number {
    return end > start && this.lineStart(end) === end ? end : this.nextLine(end);
  }

  column(offset: number): number {
    return offset - this.lineStart(offset);
  }

  /** The column of the keys or the dashes of a block. */
  columnOf(block: Collection): number {
    return this.column(entryExtent(block, 0).start);
  }

  /** The column of the comment that a line consists of; -1 where it is none. */
  commentColumn(lineStart: number): number {
    return /^( *)#/.exec(this.text.slice(lineStart, this.nextLine(lineStart)))?.[1]?.length ?? -1;
  }

  /** What the line of an offset begins with: spaces or tabs. */
  indentOf(offset: number): string {
    return /^[ \t]*/.exec(this.text.slice(this.lineStart(offset), offset))?.[0] ?? '';
  }

  /** Lines to be put at a place that is the start of a line, or the end of a text whose last line has no end. */
  lines(lines: readonly string[], offset: number): string {
    const text = lines.join(this.eol);
    return this.lineStart(offset) === offset ? text + this.eol : this.eol + text;
  }
}

/** How the blocks around some places are indented; where they do not tell, two columns, and dashes below their key. */
export function blockStyle(refs: readonly NodeRef[], layout: Layout): BlockStyle {
  const style = { map: 2, dash: 0, item: 2 };
  for (const { node, parent } of refs) {
    if (parent === undefined || parent.flow || !(isMap(node) || isSeq(node)) || node.flow) continue;
    const columns = layout.columnOf(node as Collection) - layout.columnOf(parent);
    if (isSeq(parent)) style.item = Math.max(columns, 2);
    else if (isMap(node)) style.map = Math.max(columns, 1);
    else style.dash = Math.max(columns, 0);
  }
  return style;
}

/** How a flow collection is written, judged by its own members and those inside of them. */
export function flowStyle(collection: Collection): FlowStyle {
  const seen: { quoted?: boolean; colon?: ':' | ': '; comma?: ',' | ', ' } = {};
  look(collection.srcToken, seen);
  const quoted = seen.quoted ?? false;
  const colon = (quoted ? seen.colon : undefined) ?? ': ';
  return { quoted, colon, comma: seen.comma ?? (colon === ':' ? ',' : ', ') };
}

function look(
  token: CST.Token | undefined | null,
  seen: { quoted?: boolean; colon?: ':' | ': '; comma?: ',' | ', ' },
): void {
  if (token?.type !== 'flow-collection') return;
  for (const { start, key, sep = [], value } of token.items) {
    const [first, second] = start;
    if (first?.type === 'comma' && second?.type !== 'newline') seen.comma ??= second ? ', ' : ',';
    if (key) seen.quoted ??= key.type === 'double-quoted-scalar';
    const colon = sep.findIndex(({ type }) => type === 'map-value-ind');
    if (colon >= 0) seen.colon ??= sep[colon + 1] === undefined ? ':' : ': ';
    look(value, seen);
  }
}
