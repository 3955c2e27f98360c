import { type Parsed, parse } from './parse.js';

/** What has a syntax tree made of its text. */
export interface TreeOwner {
  readonly text: string;
  /** The tree is given up: what depends on it has to be finished. */
  close(): void;
}

/** Keeps one syntax tree, of the document that was asked for last: a tree takes a hundred times the memory of its text. */
export class RecentTree {
  #owner: TreeOwner | undefined;
  #tree: Parsed | undefined;

  of(owner: TreeOwner): Parsed {
    if (this.#owner !== owner || this.#tree === undefined) {
      this.#owner?.close();
      this.#owner = owner;
      this.#tree = parse(owner.text);
    }
    return this.#tree;
  }
}
