import { isDeepStrictEqual } from 'node:util';
import { isAlias, isCollection, isMap, type ParsedNode } from 'yaml';
import type { AddOperation } from '../../core/patch/patch.js';
import type { RemovalOperation } from '../../core/patch/removal.js';
import { valueAt } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import { type Aliases, findAliases } from '../tree/aliases.js';
import { type Collection, child, locate, type Place, pairIndex } from '../tree/node-position.js';
import { type Parsed, parse, plain } from '../tree/parse.js';
import { type Added, addToBlock, emptyBlock, removeFromBlock, setInBlock } from './block-edits.js';
import type { BlockStyle } from './block-text.js';
import { type Change, changesOf } from './collection-changes.js';
import { addToFlow, removeFromFlow, setInFlow } from './flow-edits.js';
import { blockStyle, Layout } from './layout.js';
import { restored } from './restore.js';
import { type Edit, edited } from './text-edit.js';
import { withValue } from './with-value.js';

interface SetValue {
  readonly place: Place;
  readonly value: unknown;
  readonly style: BlockStyle;
}

/**
 * Collects the changes of the workloads of one document as edits of its text. The text is that of the tree; what is not edited stays
 * as it is.
 */
export class DocumentEditor {
  readonly #tree: Parsed;
  readonly #layout: Layout;
  readonly #edits: Edit[] = [];
  /** Nodes that get another value: those at a path of ours, and aliases of what is changed, which keep the value they had. */
  readonly #values = new Map<ParsedNode, SetValue>();
  readonly #writtenOut = new Map<ParsedNode, Set<string>>();
  #aliases: Aliases | undefined;
  #takesOut = false;
  readonly #before: unknown;
  #after: unknown;

  /** The value is what the tree says. */
  constructor(text: string, tree: Parsed, value: unknown) {
    this.#tree = tree;
    this.#layout = new Layout(text);
    this.#before = value;
    this.#after = value;
  }

  /** Makes the operations on the Pod at a path. */
  change(path: Path, operations: readonly (AddOperation | RemovalOperation)[]): void {
    const root = this.#tree.document.contents;
    const { changes, after } = changesOf(valueAt(this.#before, path), operations);
    this.#after = withValue(this.#after, path, after);
    const style = blockStyle(locate(root, [...path, 'spec', 'containers', 0]), this.#layout);
    this.#takesOut ||= changes.some(({ removed }) => removed.length > 0);
    for (const change of changes) this.#changeCollection([...path, ...change.path], change, style);
  }

  /** The edited text. Throws if it does not say what it should: better none than a wrong manifest. */
  finish(): string {
    const values = [...this.#values.values()].flatMap((set) => this.#valueEdits(set));
    const made = edited(this.#layout.text, [...this.#edits, ...values]);
    const text = this.#takesOut ? restored(made) : made;
    const { document } = parse(text);
    if (document.errors.length > 0 || !isDeepStrictEqual(plain(document), this.#after)) {
      throw new Error('the edited document would not say what it should');
    }
    return text;
  }

  #changeCollection(path: Path, change: Change, style: BlockStyle): void {
    const places = locate(this.#tree.document.contents, path);
    const last = places.at(-1);
    if (last === undefined) throw new Error('the document is empty');
    this.#keepAliases(places, style);
    const depth = places.length - 1;
    const here = valueAt(this.#after, path.slice(0, depth));
    if (isAlias(last.node)) this.#set(last, here, style);
    else if (depth === path.length) this.#changeEntries(last, change, here, style);
    else this.#writeOut(last, String(path[depth]), here, style);
  }

  #changeEntries(place: Place, change: Change, after: unknown, style: BlockStyle): void {
    const collection = place.node as Collection;
    if (collection.items.length === 0 && isOnOneLine(place, this.#layout.text)) {
      this.#keepAliases([place], style);
      this.#set(place, after, style);
      return;
    }
    const written = change.members.filter(([key]) => child(place, key) !== undefined);
    for (const [key, value] of written) {
      const member = child(place, key) as Place;
      this.#keepAliases([member], style);
      this.#set(member, value, style);
    }
    const members = change.members.filter((member) => !written.includes(member));
    this.#add(place, { ...change, members }, style);
    if (change.removed.length > 0) this.#remove(place, change.removed);
  }

  /** Writes a member that comes in by a merge (`<<`), or by nothing yet, into the map itself. */
  #writeOut(place: Place, key: string, map: unknown, style: BlockStyle): void {
    const keys = this.#writtenOut.get(place.node) ?? new Set();
    if (keys.has(key)) return;
    this.#writtenOut.set(place.node, keys.add(key));
    const members = [[key, valueAt(map, [key])]] as const;
    this.#add(place, { members, prepended: [], appended: [], comment: '<<' }, style);
  }

  #add(place: Place, added: Added, style: BlockStyle): void {
    const edits = (place.node as Collection).flow
      ? addToFlow(place, added, this.#layout)
      : addToBlock(place, added, style, this.#layout);
    this.#edits.push(...edits);
  }

  #remove(place: Place, entries: readonly (string | number)[]): void {
    const collection = place.node as Collection;
    const indices = entries.map((entry) => entryIndex(collection, entry)).sort((a, b) => a - b);
    if (indices.includes(-1)) throw new Error('what is to be removed comes in by a merge');
    if (collection.flow) this.#edits.push(...removeFromFlow(place, indices, this.#layout));
    else if (indices.length < collection.items.length) {
      this.#edits.push(...removeFromBlock(place, indices, this.#layout));
    } else this.#edits.push(...emptyBlock(place, isMap(collection) ? '{}' : '[]', this.#layout));
  }

  #set(place: Place, value: unknown, style: BlockStyle): void {
    this.#values.set(place.node, { place, value, style });
  }

  /** What aliases stand for stays as it was, although the value that they share is changed at one of its places. */
  #keepAliases(places: readonly Place[], style: BlockStyle): void {
    for (const { node } of places) {
      if (isAlias(node) || node.anchor === undefined) continue;
      this.#aliases ??= findAliases(this.#tree.document).aliases;
      for (const place of this.#aliases.get(node) ?? []) {
        if (!this.#values.has(place.node)) this.#set(place, plain(this.#tree.document, node), style);
      }
    }
  }

  #valueEdits({ place, value, style }: SetValue): Edit[] {
    if (place.parent?.flow) return [setInFlow(place, value, this.#layout)];
    const { node } = place;
    const wasBlock = isCollection(node) && !node.flow;
    return wasBlock ? emptyBlock(place, '', this.#layout) : setInBlock(place, value, style, this.#layout);
  }
}

function entryIndex(collection: Collection, entry: string | number): number {
  return isMap(collection) ? pairIndex(collection, String(entry)) : Number(entry);
}

/** True for `key: {}` and `key: []` in a block, in whose place a block can be put. */
function isOnOneLine({ node, parent }: Place, text: string): boolean {
  return parent !== undefined && !parent.flow && !/[\n#]/.test(text.slice(node.range[0], node.range[1]));
}
