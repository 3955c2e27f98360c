import { isObject } from '../../core/values/json.js';
import { blockScalarText, literalLines } from './scalar-text.js';

/** How a document indents its blocks, in columns. */
export interface BlockStyle {
  /** A map under its key. */
  readonly map: number;
  /** The dashes of a list under its key. */
  readonly dash: number;
  /** The content of a list entry, relative to its dash. */
  readonly item: number;
}

/** The lines of the members of a map, with the keys in the given column. */
export function memberLines(
  members: readonly (readonly [string, unknown])[],
  column: number,
  style: BlockStyle,
): string[] {
  return members.flatMap(([key, value]) => {
    const head = `${' '.repeat(column)}${blockScalarText(key)}:`;
    return [...joined(head, value, column + (Array.isArray(value) ? style.dash : style.map), style)];
  });
}

/** The lines of the entries of a list, with the dashes in the given column. */
export function itemLines(values: readonly unknown[], column: number, style: BlockStyle): string[] {
  const inner = column + style.item;
  return values.flatMap((value) => {
    const dash = `${' '.repeat(column)}-`;
    if (!isFilled(value)) return joined(dash, value, inner, style);
    const [first = '', ...lines] = collectionLines(value, inner, style);
    return [dash.padEnd(inner) + first.slice(inner), ...lines];
  });
}

/** The lines of a non-empty list or map in the given column. */
export function collectionLines(value: object, column: number, style: BlockStyle): string[] {
  return Array.isArray(value)
    ? itemLines(value, column, style)
    : memberLines(Object.entries(value), column, style);
}

/** True for a non-empty list or map: only those can be written as a block. */
export function isFilled(value: unknown): value is object {
  return Array.isArray(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;
}

function joined(head: string, value: unknown, column: number, style: BlockStyle): string[] {
  if (isFilled(value)) return [head, ...collectionLines(value, column, style)];
  const literal = literalLines(value);
  if (literal === undefined) return [`${head} ${blockScalarText(value)}`];
  return [
    `${head} ${literal.header}`,
    ...literal.lines.map((line) => (line === '' ? '' : ' '.repeat(column) + line)),
  ];
}
