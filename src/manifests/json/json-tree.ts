import { type CST, type Document, Pair, type ParsedNode, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { jsonEntries } from './entries.js';
import { afterSpace } from './scan.js';

/** The syntax tree of a JSON value that `scanJson` has checked, as the YAML parser builds it for flow collections. */
export function jsonTree(text: string): Document.Parsed<ParsedNode> {
  const { node } = built(text, 0, text.length);
  return { contents: node, errors: [] } as unknown as Document.Parsed<ParsedNode>;
}

interface Built {
  readonly node: ParsedNode;
  readonly token: CST.Token;
}

function built(text: string, start: number, end: number): Built {
  const isMap = text[start] === '{';
  if (!isMap && text[start] !== '[') {
    const type = text[start] === '"' ? 'double-quoted-scalar' : 'scalar';
    return {
      node: ranged(new Scalar(undefined), start, end),
      token: token(type, start, text.slice(start, end)),
    };
  }
  const node = isMap ? new YAMLMap() : new YAMLSeq();
  const items: CST.CollectionItem[] = [];
  let before = start;
  for (const { key, start: valueStart, end: valueEnd } of jsonEntries(text, start)) {
    const value = built(text, valueStart, valueEnd);
    const item = { start: separator(text, before, ',', 'comma'), value: value.token };
    before = valueEnd;
    if (key === undefined) {
      (node as YAMLSeq).items.push(value.node);
      items.push(item);
      continue;
    }
    const sep = separator(text, key.end, ':', 'map-value-ind');
    (node as YAMLMap).items.push(new Pair(ranged(new Scalar(key.name), key.start, key.end), value.node));
    items.push({
      ...item,
      key: token('double-quoted-scalar', key.start, text.slice(key.start, key.end)) as CST.FlowScalar,
      sep,
    });
  }
  const source = { type: 'flow-collection', offset: start, items } as unknown as CST.FlowCollection;
  return { node: Object.assign(ranged(node, start, end), { flow: true, srcToken: source }), token: source };
}

/** The comma or colon behind an offset, and the white space after it; nothing if there is none. */
function separator(
  text: string,
  from: number,
  source: ',' | ':',
  type: 'comma' | 'map-value-ind',
): CST.SourceToken[] {
  const offset = afterSpace(text, from);
  if (text[offset] !== source) return [];
  const next = text[offset + 1] ?? '';
  const space = /\s/.test(next) ? [token(/[\r\n]/.test(next) ? 'newline' : 'space', offset + 1, next)] : [];
  return [token(type, offset, source), ...space] as CST.SourceToken[];
}

function token(type: string, offset: number, source: string): CST.Token {
  return { type, offset, source, indent: 0 } as CST.Token;
}

function ranged<T extends object>(node: T, start: number, end: number): T & ParsedNode {
  return Object.assign(node, { range: [start, end, end] }) as unknown as T & ParsedNode;
}
