import { isAlias, isCollection, isMap, isScalar, isSeq, type ParsedNode } from 'yaml';

/** A key that kubectl cannot read, or that repeats an earlier one of its map. */
export interface BadKey {
  readonly node: ParsedNode;
  readonly kind: 'collection' | 'null' | 'duplicate';
}

/** Finds the bad keys of all maps, in their order. */
export function badKeys(node: ParsedNode | null): BadKey[] {
  const bad: BadKey[] = [];
  const visit = (each: ParsedNode | null): void => {
    if (isSeq<ParsedNode>(each)) for (const item of each.items) visit(item);
    if (!isMap<ParsedNode, ParsedNode | null>(each)) return;
    const seen = new Set<string>();
    for (const { key, value } of each.items) {
      const kind = kindOf(key, seen);
      if (kind !== undefined) bad.push({ node: key, kind });
      visit(value);
    }
  };
  visit(node);
  return bad;
}

/** True for the key of a merge: `<<` without quotes, which the parser reads as a symbol. */
export function isMerge(key: unknown): boolean {
  return isScalar(key) && typeof key.value === 'symbol';
}

function kindOf(key: ParsedNode, seen: Set<string>): BadKey['kind'] | undefined {
  if (isCollection(key)) return 'collection';
  if (isAlias(key) || isMerge(key) || !isScalar(key)) return undefined;
  if (key.value === null) return 'null';
  const name = String(key.value);
  if (seen.has(name)) return 'duplicate';
  seen.add(name);
  return undefined;
}
