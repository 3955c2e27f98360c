import { type CST, isMap, isSeq } from 'yaml';
import { entryExtent } from '../tree/extent.js';
import type { Collection, NodeRef } from '../tree/node-ref.js';
import type { BlockStyle } from './block-text.js';
import type { FlowStyle } from './flow-text.js';

/** The text of a document, and its lines, columns, and line ends. */
export class Layout {
  /** The line end: that of the document's first line. */
  readonly eol: string;

  /** `firstIndent` is what the first line of the file has in front of the text, if it is white space. */
  constructor(
    readonly text: string,
    private readonly firstIndent = '',
  ) {
    this.eol = /\r?\n/.exec(text)?.[0] ?? '\n';
  }

  lineStart(offset: number): number {
    return this.text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** The start of the next line; the end of the text if there is none. */
  nextLine(offset: number): number {
    const end = this.text.indexOf('\n', offset);
    return end < 0 ? this.text.length : end + 1;
  }

  /** The end of the last line of a range, after its line end. A block scalar already ends there. */
  lineEnd(start: number, end: number): number {
    return end > start && this.lineStart(end) === end ? end : this.nextLine(end);
  }

  column(offset: number): number {
    return offset - this.lineStart(offset);
  }

  /** The column of the keys or dashes of a block. */
  columnOf(block: Collection): number {
    return this.column(entryExtent(block, 0).start);
  }

  /** The column of the comment on a comment line; -1 for any other line. */
  commentColumn(lineStart: number): number {
    return /^( *)#/.exec(this.text.slice(lineStart, this.nextLine(lineStart)))?.[1]?.length ?? -1;
  }

  /** The leading spaces or tabs of the line of an offset. */
  indentOf(offset: number): string {
    const start = this.lineStart(offset);
    const indent = /^[ \t]*/.exec(this.text.slice(start, offset))?.[0] ?? '';
    return start === 0 ? this.firstIndent + indent : indent;
  }

  /** Joins lines for insertion at the start of a line, or at the end of a text without a final line end. */
  lines(lines: readonly string[], offset: number): string {
    const text = lines.join(this.eol);
    return this.lineStart(offset) === offset ? text + this.eol : this.eol + text;
  }
}

/** How the blocks around some nodes are indented. Default: two columns, with dashes below their key. */
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

/** How a flow collection is written, inferred from its members and those nested in them. */
export function flowStyle(collection: Collection): FlowStyle {
  const seen: { quoted?: boolean; colon?: ':' | ': '; comma?: ',' | ', ' } = {};
  inspect(collection.srcToken, seen);
  const quoted = seen.quoted ?? false;
  const colon = (quoted ? seen.colon : undefined) ?? ': ';
  return { quoted, colon, comma: seen.comma ?? (colon === ':' ? ',' : ', ') };
}

function inspect(
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
    inspect(value, seen);
  }
}
