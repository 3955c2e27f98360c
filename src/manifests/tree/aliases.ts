import { type Alias, type Document, isAlias, isCollection, isNode, isPair, type ParsedNode } from 'yaml';
import type { Collection, NodeRef } from './node-ref.js';

/** The aliases of a document, by the node that they refer to. */
export type Aliases = ReadonlyMap<ParsedNode, readonly NodeRef[]>;

/** An alias without an anchor, or of a node that contains it. */
export interface BadAlias {
  readonly alias: Alias.Parsed;
  readonly kind: 'unresolved' | 'circular';
}

/** Resolves every alias of a document in one pass. */
export function findAliases({ contents }: Document.Parsed<ParsedNode>): {
  aliases: Aliases;
  bad: BadAlias[];
} {
  const anchors = new Map<string, ParsedNode>();
  const open = new Set<ParsedNode>();
  const aliases = new Map<ParsedNode, NodeRef[]>();
  const bad: BadAlias[] = [];
  const visit = (ref: NodeRef): void => {
    const { node, depth } = ref;
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) bad.push({ alias: node, kind: 'unresolved' });
      else if (open.has(target)) bad.push({ alias: node, kind: 'circular' });
      else aliases.set(target, [...(aliases.get(target) ?? []), ref]);
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
    }
    open.delete(node);
  };
  if (contents) visit({ node: contents, parent: undefined, index: 0, depth: 0 });
  return { aliases, bad };
}
