import { isMap, isSeq, type Pair, type ParsedNode, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Path } from '../../core/values/path.js';

/** A list or a map in a syntax tree. */
export type Collection = YAMLMap.Parsed | YAMLSeq.Parsed;

/** A node of a syntax tree, with its parent and its index there. */
export interface NodeRef {
  readonly node: ParsedNode;
  /** Undefined for the root. */
  readonly parent: Collection | undefined;
  readonly index: number;
  /** The number of collections around it. */
  readonly depth: number;
}

/**
 * The nodes from the root down to a path. Stops early at an alias, and at a key that is missing or comes from a merge.
 */
export function locate(root: ParsedNode | null, path: Path): NodeRef[] {
  const refs: NodeRef[] = [];
  let ref: NodeRef | undefined =
    root === null ? undefined : { node: root, parent: undefined, index: 0, depth: 0 };
  for (const part of [...path, undefined]) {
    if (ref === undefined) break;
    refs.push(ref);
    ref = part === undefined ? undefined : child(ref, part);
  }
  return refs;
}

/** The entry of a collection; undefined if it is missing or comes from a merge. */
export function child({ node, depth }: NodeRef, part: string | number): NodeRef | undefined {
  if (!isMap<ParsedNode, ParsedNode>(node) && !isSeq<ParsedNode>(node)) return undefined;
  const parent = node as Collection;
  const index = isMap(node) ? pairIndex(node, String(part)) : Number(part);
  const entry: unknown = parent.items[index];
  const inner = isMap(node)
    ? (entry as Pair<ParsedNode, ParsedNode> | undefined)?.value
    : (entry as ParsedNode);
  return inner ? { node: inner, parent, index, depth: depth + 1 } : undefined;
}

/** The index of a key in a map; -1 if it is missing or comes from a merge. */
export function pairIndex(map: YAMLMap, name: string): number {
  return map.items.findIndex(({ key }) => keyText(key) === name);
}

/** A key as a part of a path. */
export function keyText(key: unknown): string {
  const value = key !== null && typeof key === 'object' && 'value' in key ? key.value : key;
  return typeof value === 'symbol' ? (value.description ?? '') : String(value); // the key of a merge
}

/** The path of the innermost member or entry whose key or value contains an offset. */
export function pathAt(root: ParsedNode | null, offset: number): Path {
  if (isSeq<ParsedNode>(root)) {
    const index = root.items.findIndex((item) => contains(item, offset));
    return index < 0 ? [] : [index, ...pathAt(root.items[index] ?? null, offset)];
  }
  if (!isMap<ParsedNode, ParsedNode | null>(root)) return [];
  const pair = root.items.find(({ key, value }) => contains(key, offset) || contains(value, offset));
  return pair === undefined ? [] : [keyText(pair.key), ...pathAt(pair.value, offset)];
}

function contains(node: ParsedNode | null, offset: number): boolean {
  return node !== null && node.range[0] <= offset && offset < node.range[1];
}
