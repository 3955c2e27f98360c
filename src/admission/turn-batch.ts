/** What is held back at most: about a millisecond of answering, so that nobody waits for more. */
const MAX_SIZE = 128 * 1024;

/**
 * Collects what comes in one turn of the event loop and hands it on together at the end of that turn, or earlier where it would be
 * larger than 128 Ki together. Under load the work on each of them finds the code of the one before in the processor's caches; where one comes
 * alone, it waits for nothing.
 */
export class TurnBatch<Item> {
  #items: Item[] = [];
  #size = 0;

  constructor(private readonly handOn: (items: readonly Item[]) => void) {}

  /** `size` stands for the work that the item makes, as the number of its bytes does. */
  add(item: Item, size: number): void {
    if (this.#size + size > MAX_SIZE) this.#flush();
    if (this.#items.push(item) === 1) setImmediate(() => this.#flush());
    this.#size += size;
    if (size > MAX_SIZE) this.#flush();
  }

  #flush(): void {
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.#items = [];
    this.#size = 0;
    this.handOn(items);
  }
}
