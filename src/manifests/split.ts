import type { Path } from '../core/values/path.js';
import { type JsonEntry, jsonEntries } from './json/entries.js';
import { afterSpace, type JsonScan, scanJson } from './json/scan.js';
import { itemTypeOf } from './kinds.js';
import { MAX_ENTRIES } from './tree/limits.js';

type ItemType = ReturnType<typeof itemTypeOf>;

/** A range of a text. */
interface Range {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly lines: LineCursor;
}

/** The part of a file that holds one document, with its separator and the comments before it, or an item of a List. */
export interface DocumentText {
  readonly text: string;
  /** The number of lines before it in the file. */
  readonly linesBefore: number;
  /** The number of characters before it on its first line. */
  readonly columnsBefore?: number;
  /** The offsets of duplicate keys, if the text is JSON. */
  readonly duplicates?: readonly number[];
  /** It has more keys and list entries than are read. */
  readonly isTooLarge?: boolean;
  /** The text of a List around its items, which has no objects. */
  readonly isGlue?: true;
  /** Where the item is in its List. */
  readonly path?: Path;
  /** The type of an item that names none. */
  readonly itemType?: ItemType;
  /** The white space at the start of its first line. */
  readonly indent?: string;
  /** The text of the List before and after it, on its lines. */
  readonly lead?: string;
  readonly tail?: string;
}

/**
 * Splits a stream into documents before parsing, so that a broken document does not affect the others. A line that
 * starts with `---` or `...` ends a document anywhere: yaml.org/spec/1.2.2/#document-markers. The items of a List in
 * JSON are parts too, so that only one is in memory at a time. The parts joined, each with its lead and tail, are the
 * whole text.
 */
export function splitDocuments(text: string): DocumentText[] {
  const lines = new LineCursor(text);
  const parts: DocumentText[] = [];
  let start = 0;
  const close = (end: number) => {
    if (end > start) parts.push(...splitJson({ text, start, end, lines }));
    start = end;
  };
  for (const { offset, isEnd } of markers(text)) {
    if (isEnd) close(text.indexOf('\n', offset) + 1 || text.length);
    else if (!PREFIX_ONLY.test(text.slice(start, offset))) close(offset);
  }
  close(text.length);
  return parts;
}

/** Only directives, comments, and empty lines: they belong to the document whose `---` follows. */
const PREFIX_ONLY = /^\uFEFF?(?:[ \t]*(?:[#%][^\n]*)?\r?\n)*$/;

/** The offsets of the lines that start with `---` or `...`, in order. */
function markers(text: string): { readonly offset: number; readonly isEnd: boolean }[] {
  const found = ['---', '\uFEFF---', '...'].flatMap((marker) => {
    const offsets = text.startsWith(marker) ? [0] : [];
    for (let at = text.indexOf(`\n${marker}`); at >= 0; at = text.indexOf(`\n${marker}`, at + 1)) {
      offsets.push(at + 1);
    }
    return offsets
      .filter((offset) => /^(?:\s|$)/.test(text.slice(offset + marker.length, offset + marker.length + 1)))
      .map((offset) => ({ offset, isEnd: marker === '...' }));
  });
  return found.sort((a, b) => a.offset - b.offset);
}

/** Splits consecutive JSON objects without separators, as `jq` prints them. Stops at a text that is not JSON. */
function splitJson({ text, start, end, lines }: Range): DocumentText[] {
  const parts: DocumentText[] = [];
  let from = start;
  let value = afterSpace(text, text[start] === '\uFEFF' ? start + 1 : start);
  while (text[value] === '{') {
    const scan = scanJson(text, value);
    if (scan === undefined) break;
    const next = afterSpace(text, scan.end);
    if (next < end && text[next] !== '{') break;
    parts.push(...jsonParts({ text, start: from, end: next, lines }, value, scan));
    from = next;
    value = next;
  }
  if (from < end) {
    const { line, lineStart } = lines.at(from);
    parts.push({ text: text.slice(from, end), linesBefore: line, columnsBefore: from - lineStart });
  }
  return parts;
}

/** A JSON value as one part, or, if it is a List, as a part for each item. */
function jsonParts(range: Range, start: number, scan: JsonScan): DocumentText[] {
  const { text, lines } = range;
  const list = listIn(text, start, scan);
  const isInItems = (offset: number) => list?.items.some((item) => item.start <= offset && offset < item.end);
  if (list === undefined || !scan.duplicates.every(isInItems)) {
    const whole = part(range, start, scan.end, scan, lines.at(start));
    return [{ ...whole, isTooLarge: scan.entries > MAX_ENTRIES }];
  }
  const { items, itemType } = list;
  const parts: DocumentText[] = [];
  let from = range.start;
  for (const [index, item] of items.entries()) {
    const at = lines.at(item.start);
    const { line, lineStart } = at;
    const lead = text.slice(lineStart, item.start).trim() === '' ? Math.max(lineStart, from) : item.start;
    if (lead > from) parts.push({ text: text.slice(from, lead), linesBefore: line, isGlue: true });
    const limit = items[index + 1]?.start ?? afterSpace(text, item.end);
    from = Math.max(Math.min(lines.endAt(item.end), limit), item.end);
    const inner = part({ text, start: lead, end: from, lines }, item.start, item.end, scan, at);
    parts.push({ ...inner, path: ['items', index], itemType, isTooLarge: scan.mostEntries > MAX_ENTRIES });
  }
  if (from < range.end) parts.push({ text: text.slice(from, range.end), linesBefore: 0, isGlue: true });
  return parts;
}

function part(
  range: Range,
  start: number,
  end: number,
  { duplicates }: JsonScan,
  { line, lineStart }: ReturnType<LineCursor['at']>,
): DocumentText {
  const { text } = range;
  return {
    text: text.slice(start, end),
    linesBefore: line,
    columnsBefore: start - lineStart,
    duplicates: duplicates.filter((at) => start <= at && at < end).map((at) => at - start),
    indent: /^[ \t]*/.exec(text.slice(lineStart, Math.min(start, lineStart + MAX_INDENT)))?.[0] ?? '',
    lead: text.slice(range.start, start),
    tail: text.slice(end, range.end),
  };
}

/** No line is indented more, and a line can be as long as the file. */
const MAX_INDENT = 1000;

/** The items of the List at an offset; undefined if the object there is not a List, or an empty one. */
function listIn(
  text: string,
  start: number,
  { ends }: JsonScan,
): { items: JsonEntry[]; itemType: ItemType } | undefined {
  const members = new Map<string | undefined, JsonEntry>();
  for (const entry of jsonEntries(text, start, ends)) members.set(entry.key?.name, entry);
  const [kind, apiVersion] = ['kind', 'apiVersion'].map((name) => textOf(text, members.get(name)));
  const list = members.get('items');
  if (list === undefined || !kind?.endsWith('List') || apiVersion === undefined || text[list.start] !== '[') {
    return undefined;
  }
  const items = [...jsonEntries(text, list.start, ends)].filter((item) => text[item.start] === '{');
  return items.length > 0 ? { items, itemType: itemTypeOf({ apiVersion, kind }) } : undefined;
}

function textOf(text: string, entry: JsonEntry | undefined): string | undefined {
  return entry && text[entry.start] === '"' ? JSON.parse(text.slice(entry.start, entry.end)) : undefined;
}

/** Finds lines in a text. Each offset must be at or behind the one before. */
class LineCursor {
  #line = 0;
  #lineStart = 0;
  #lineEnd: number;

  constructor(private readonly text: string) {
    this.#lineEnd = this.#endFrom(0);
  }

  /** The number of the line of an offset, from 0, and where it starts. */
  at(offset: number): { line: number; lineStart: number } {
    while (this.#lineEnd <= offset && this.#lineEnd < this.text.length) {
      this.#line += 1;
      this.#lineStart = this.#lineEnd;
      this.#lineEnd = this.#endFrom(this.#lineStart);
    }
    return { line: this.#line, lineStart: this.#lineStart };
  }

  /** The end of the line of an offset, behind its newline. */
  endAt(offset: number): number {
    this.at(offset);
    return this.#lineEnd;
  }

  #endFrom(offset: number): number {
    return this.text.indexOf('\n', offset) + 1 || this.text.length;
  }
}
