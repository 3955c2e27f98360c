import { isDeepStrictEqual } from 'node:util';
import { isAlias, isCollection, isMap, type ParsedNode } from 'yaml';
import type { Operation } from '../../core/patch/move.js';
import { valueAt, withValue } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import { scanJson } from '../json/scan.js';
import { type Aliases, findAliases } from '../tree/aliases.js';
import { type Collection, child, locate, type NodeRef, pairIndex } from '../tree/node-ref.js';
import { parse, plain, plainValue, type SyntaxTree } from '../tree/parse.js';
import { type Additions, addToBlock, emptyBlock, removeFromBlock, setInBlock } from './block-edits.js';
import { type BlockStyle, isFilled } from './block-text.js';
import { type Change, type CollectionChange, changesOf } from './collection-changes.js';
import { addToFlow, removeFromFlow, setInFlow } from './flow-edits.js';
import { blockStyle, Layout } from './layout.js';
import { collapseExpansions } from './restore.js';
import { replaceScalar, restoreScalar } from './scalar-edits.js';
import { applyEdits, type TextEdit } from './text-edit.js';

interface SetValue {
  readonly ref: NodeRef;
  readonly value: unknown;
  readonly style: BlockStyle;
  /** What happens to a scalar that is replaced; undefined if it is just overwritten. */
  readonly scalar?: 'keep' | 'restore' | undefined;
}

/** Collects the changes to the workloads of one document as edits of its text. Everything else stays unchanged. */
export class DocumentEditor {
  readonly #tree: SyntaxTree;
  readonly #layout: Layout;
  readonly #edits: TextEdit[] = [];
  /** Nodes to replace: those that change, and aliases of a changed node, which keep their old value. */
  readonly #values = new Map<ParsedNode, SetValue>();
  /** The merged keys that were expanded into each map. */
  readonly #expanded = new Map<ParsedNode, Set<string>>();
  #aliases: Aliases | undefined;
  #hasRemovals = false;
  #after: unknown;

  /** `value` is the tree as plain JSON. `indent` is in front of the text, on its first line. */
  constructor(tree: SyntaxTree, value: unknown, indent: string) {
    this.#tree = tree;
    this.#layout = new Layout(tree.text, indent);
    this.#after = value;
  }

  /** Applies operations to the Pod at a path. */
  change({ path, operations, restores = false }: Change): void {
    const root = this.#tree.document.contents;
    const style = blockStyle(locate(root, [...path, 'spec', 'containers', 0]), this.#layout);
    this.#hasRemovals ||= restores || operations.some(({ op }) => op === 'move');
    const replacements = operations.filter(({ op }) => op === 'replace');
    // Replacements come first, and their paths are those of the tree: nothing was added to a list yet.
    this.#apply(path, replacements, style, restores ? 'restore' : 'keep');
    this.#apply(
      path,
      operations.filter(({ op }) => op !== 'replace'),
      style,
    );
  }

  /** Renders the edited text. Throws if it does not parse to the expected value: no manifest beats a wrong one. */
  finish(): string {
    const values = [...this.#values.values()].flatMap((set) => this.#valueEdits(set));
    const edited = applyEdits(this.#layout.text, [...this.#edits, ...values]);
    const { isJson } = this.#tree;
    const text = this.#hasRemovals && !isJson ? collapseExpansions(edited) : edited;
    if (!isDeepStrictEqual(read(text, isJson), this.#after)) {
      throw new Error('the edited document does not have the expected content');
    }
    return text;
  }

  #apply(path: Path, operations: readonly Operation[], style: BlockStyle, scalar?: SetValue['scalar']): void {
    const { changes, after } = changesOf(valueAt(this.#after, path), operations);
    this.#after = withValue(this.#after, path, after);
    for (const change of changes) this.#changeCollection([...path, ...change.path], change, style, scalar);
  }

  #changeCollection(
    path: Path,
    change: CollectionChange,
    style: BlockStyle,
    scalar: SetValue['scalar'],
  ): void {
    const refs = locate(this.#tree.document.contents, path);
    const last = refs.at(-1);
    if (last === undefined) throw new Error('the document is empty');
    this.#keepAliases(refs, style);
    const depth = refs.length - 1;
    const value = valueAt(this.#after, path.slice(0, depth));
    if (isAlias(last.node)) this.#set(last, value, style);
    else if (depth === path.length) this.#changeEntries(last, change, value, style, scalar);
    else this.#expand(last, String(path[depth]), value, style);
  }

  #changeEntries(
    ref: NodeRef,
    change: CollectionChange,
    after: unknown,
    style: BlockStyle,
    scalar: SetValue['scalar'],
  ): void {
    const collection = ref.node as Collection;
    if (collection.items.length === 0 && isOnOneLine(ref, this.#layout.text)) {
      this.#keepAliases([ref], style);
      this.#set(ref, after, style);
      return;
    }
    const existing = change.members.filter(([key]) => child(ref, key) !== undefined);
    for (const [key, value] of existing) {
      const member = child(ref, key) as NodeRef;
      this.#keepAliases([member], style);
      this.#set(member, value, style, scalar);
    }
    const members = change.members.filter((member) => !existing.includes(member));
    // A replaced member that the map itself does not have is from a merge.
    const replacesAll = members.length > 0 && change.removed.length === collection.items.length;
    const comment = scalar === undefined ? {} : { comment: '<<' };
    this.#add(ref, { ...change, members, replacesAll, ...comment }, style);
    if (change.removed.length > 0 && !(replacesAll && collection.flow)) {
      this.#remove(ref, change.removed, replacesAll);
    }
  }

  /** Writes a member that is missing, or comes from a merge (`<<`), into the map itself. */
  #expand(ref: NodeRef, key: string, map: unknown, style: BlockStyle): void {
    const keys = this.#expanded.get(ref.node) ?? new Set();
    if (keys.has(key)) return;
    this.#expanded.set(ref.node, keys.add(key));
    const members = [[key, valueAt(map, [key])]] as const;
    this.#add(ref, { members, prepended: [], appended: [], comment: '<<' }, style);
  }

  #add(ref: NodeRef, added: Additions, style: BlockStyle): void {
    const edits = (ref.node as Collection).flow
      ? addToFlow(ref, added, this.#layout)
      : addToBlock(ref, added, style, this.#layout);
    this.#edits.push(...edits);
  }

  #remove(ref: NodeRef, entries: readonly (string | number)[], replacesAll: boolean): void {
    const collection = ref.node as Collection;
    const indices = entries.map((entry) => entryIndex(collection, entry)).sort((a, b) => a - b);
    if (indices.includes(-1))
      throw new Error('expected a key in the map itself to remove, got one from a merge (<<)');
    if (collection.flow) this.#edits.push(...removeFromFlow(ref, indices, this.#layout));
    else if (replacesAll || indices.length < collection.items.length) {
      this.#edits.push(...removeFromBlock(ref, indices, this.#layout));
    } else this.#edits.push(...emptyBlock(ref, isMap(collection) ? '{}' : '[]', this.#layout));
  }

  #set(ref: NodeRef, value: unknown, style: BlockStyle, scalar?: SetValue['scalar']): void {
    this.#values.set(ref.node, { ref, value, style, scalar });
  }

  /** Expands the aliases of nodes that change, so that they keep their old value. */
  #keepAliases(refs: readonly NodeRef[], style: BlockStyle): void {
    for (const { node } of refs) {
      if (isAlias(node) || node.anchor === undefined) continue;
      this.#aliases ??= findAliases(this.#tree.document).aliases;
      for (const ref of this.#aliases.get(node) ?? []) {
        if (!this.#values.has(ref.node)) this.#set(ref, plain(this.#tree.document, node), style, 'keep');
      }
    }
  }

  #valueEdits({ ref, value, style, scalar }: SetValue): TextEdit[] {
    if (ref.parent?.flow) return [setInFlow(ref, value, this.#layout)];
    const { node } = ref;
    if (scalar !== undefined && !isFilled(value) && !isCollection(node)) {
      return scalar === 'keep'
        ? replaceScalar(ref, value, this.#layout)
        : restoreScalar(ref, value, this.#layout);
    }
    const wasBlock = isCollection(node) && !node.flow;
    return wasBlock ? emptyBlock(ref, '', this.#layout) : setInBlock(ref, value, style, this.#layout);
  }
}

/** The edited text as plain JSON; undefined if it has errors. */
function read(text: string, isJson: boolean): unknown {
  if (isJson) return scanJson(text, 0)?.end === text.length ? JSON.parse(text) : undefined;
  const tree = parse(text);
  return tree.excess || tree.document.errors.length > 0 ? undefined : plainValue(tree);
}

function entryIndex(collection: Collection, entry: string | number): number {
  return isMap(collection) ? pairIndex(collection, String(entry)) : Number(entry);
}

/** True for `key: {}` and `key: []` in a block, which a block can replace. */
function isOnOneLine({ node, parent }: NodeRef, text: string): boolean {
  return parent !== undefined && !parent.flow && !/[\n#]/.test(text.slice(node.range[0], node.range[1]));
}
