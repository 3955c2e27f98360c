import { parse, type SyntaxTree } from './parse.js';

/** The owner of a text that is parsed into a syntax tree. */
export interface TreeOwner {
  readonly text: string;
  readonly isJson: boolean;
  /** Called before the tree is dropped: finish all work that needs it. */
  close(): void;
}

/**
 * Caches the syntax tree and the content of one document, the one used last: a tree takes a hundred times the memory of
 * its text, and the content several times.
 */
export class RecentTree<Content> {
  #owner: TreeOwner | undefined;
  #tree: SyntaxTree | undefined;
  #content: Content | undefined;

  of(owner: TreeOwner): SyntaxTree {
    this.#open(owner);
    this.#tree ??= parse(owner.text, owner);
    return this.#tree;
  }

  content(owner: TreeOwner, read: () => Content): Content {
    this.#open(owner);
    if (this.#content !== undefined) return this.#content;
    const content = read();
    this.#open(owner);
    this.#content = content;
    return content;
  }

  #open(owner: TreeOwner): void {
    if (this.#owner === owner) return;
    this.#owner?.close();
    this.#owner = owner;
    this.#tree = undefined;
    this.#content = undefined;
  }
}
