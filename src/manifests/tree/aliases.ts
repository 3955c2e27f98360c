import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isSeq,
  type ParsedNode,
} from 'yaml';
import { isMerge } from './map-keys.js';
import type { Collection, NodeRef } from './node-ref.js';

/** The aliases of a document, by the node that they refer to. */
export type Aliases = ReadonlyMap<ParsedNode, readonly NodeRef[]>;

/** An alias without an anchor or of a node that contains it, or a merge (`<<`) that kubectl rejects. */
export type BadReference =
  | { readonly node: Alias.Parsed; readonly kind: 'unresolved' | 'circular' }
  | { readonly node: ParsedNode; readonly kind: 'merge' };

/** Resolves every alias of a document in one pass. */
export function findAliases({ contents }: Document.Parsed<ParsedNode>): {
  aliases: Aliases;
  bad: BadReference[];
} {
  const anchors = new Map<string, ParsedNode>();
  const open = new Set<ParsedNode>();
  const aliases = new Map<ParsedNode, NodeRef[]>();
  const bad: BadReference[] = [];
  const visit = (ref: NodeRef): void => {
    const { node, depth } = ref;
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) bad.push({ node, kind: 'unresolved' });
      else if (open.has(target)) bad.push({ node, kind: 'circular' });
      else if (aliases.has(target)) aliases.get(target)?.push(ref);
      else aliases.set(target, [ref]);
      return;
    }
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    if (!isCollection(node)) return;
    open.add(node);
    const parent = node as Collection;
    for (const [index, item] of parent.items.entries()) {
      const nodes: unknown[] = isPair(item) ? [item.key, item.value] : [item];
      for (const inner of nodes) {
        if (isNode(inner)) visit({ node: inner as ParsedNode, parent, index, depth: depth + 1 });
      }
      if (isPair(item) && isMerge(item.key))
        bad.push(...badMerges(item.value as ParsedNode | null, item.key, anchors));
    }
    open.delete(node);
  };
  if (contents) visit({ node: contents, parent: undefined, index: 0, depth: 0 });
  return { aliases, bad };
}

/** kubectl merges a map, an alias of a map, or a list of these; but not an alias of a list. */
function badMerges(
  value: ParsedNode | null,
  key: unknown,
  anchors: ReadonlyMap<string, ParsedNode>,
): BadReference[] {
  const sources = value && isSeq<ParsedNode>(value) ? value.items : [value];
  return sources.flatMap((source): BadReference[] => {
    const target = source && isAlias(source) ? anchors.get(source.source) : source;
    const isKnownElsewhere = target === undefined; // an alias without an anchor
    return isKnownElsewhere || isMap(target) ? [] : [{ node: source ?? (key as ParsedNode), kind: 'merge' }];
  });
}
