import { parse, type SyntaxTree } from './parse.js';

/** The owner of a text that is parsed into a syntax tree. */
export interface TreeOwner {
  readonly text: string;
  /** Called before the tree is dropped: finish all work that needs it. */
  close(): void;
}

/** Caches one syntax tree, the one used last: a tree takes a hundred times the memory of its text. */
export class RecentTree {
  #owner: TreeOwner | undefined;
  #tree: SyntaxTree | undefined;

  of(owner: TreeOwner): SyntaxTree {
    if (this.#owner !== owner || this.#tree === undefined) {
      this.#owner?.close();
      this.#owner = owner;
      this.#tree = parse(owner.text);
    }
    return this.#tree;
  }
}
