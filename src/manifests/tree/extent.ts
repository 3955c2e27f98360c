import { type CST, isMap, isScalar, isSeq, type Pair, type ParsedNode } from 'yaml';
import type { Collection, NodeRef } from './node-ref.js';

/** The offsets of a node's text, without the spaces and comments around it. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** The extent of an entry of a collection: key and value, or, in a block list, the dash and its content. */
export function entryExtent(collection: Collection, index: number): Extent {
  const item = itemToken(collection, index);
  const first = item.start.find(isSignificant) ?? item.key ?? item.sep?.find(isSignificant) ?? item.value;
  return { start: first?.offset ?? 0, end: entryEnd(collection, index) };
}

/** Where the value of an entry starts or would start: after the colon or dash, an anchor, and a tag. */
export function valueStart({ parent, index }: NodeRef): number {
  const item = itemToken(parent as Collection, index);
  const before = (isMap(parent) ? item.sep : item.start)?.findLast(isSignificant);
  return before ? before.offset + before.source.length : (item.key?.offset ?? 0);
}

/** The tokens between the colon or dash and the value: an anchor, comments, line ends. */
export function tokensBefore({ parent, index }: NodeRef): readonly CST.SourceToken[] {
  const item = itemToken(parent as Collection, index);
  return (isMap(parent) ? item.sep : item.start) ?? [];
}

/** The end offset of a value. */
export function valueEnd(node: ParsedNode): number {
  if ((isMap(node) || isSeq(node)) && !node.flow && node.items.length > 0) {
    return entryEnd(node as Collection, node.items.length - 1);
  }
  return node.range[1];
}

/** True for a value without text: `key:`. */
export function isImplicit(node: ParsedNode): boolean {
  return isScalar(node) && node.range[0] === node.range[1];
}

/** The offset of the comma before an entry of a flow collection; for the index after the last, the trailing comma. */
export function commaBefore(collection: Collection, index: number): number | undefined {
  return sourceItems(collection)[index]?.start.find(({ type }) => type === 'comma')?.offset;
}

function entryEnd(collection: Collection, index: number): number {
  const entry = collection.items[index] as Pair<ParsedNode, ParsedNode | null> | ParsedNode;
  const node = isMap(collection)
    ? (entry as Pair<ParsedNode, ParsedNode | null>).value
    : (entry as ParsedNode);
  if (node && !isImplicit(node)) return valueEnd(node);
  const item = itemToken(collection, index);
  const last = [...item.start, ...(item.sep ?? [])].findLast(isSignificant);
  const key = isMap(collection) ? (entry as Pair<ParsedNode>).key.range[1] : 0;
  return Math.max(last ? last.offset + last.source.length : 0, key);
}

function itemToken(collection: Collection, index: number): CST.CollectionItem {
  const item = sourceItems(collection)[index];
  if (item === undefined) throw new Error(`no entry ${index} in the source`);
  return item;
}

function sourceItems({ srcToken }: Collection): CST.CollectionItem[] {
  return srcToken && 'items' in srcToken ? srcToken.items : [];
}

function isSignificant({ type }: CST.SourceToken): boolean {
  return type !== 'space' && type !== 'newline' && type !== 'comment' && type !== 'comma';
}
