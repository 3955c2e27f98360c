import { once } from 'node:events';
import type { Io } from '../io.js';

/** What is around and between the entries of a list. */
export interface ListSyntax {
  readonly start: string;
  readonly separator: string;
  readonly end: string;
  /** The list without entries. */
  readonly empty: string;
}

const BATCH_CHARACTERS = 64 * 1024;

/** Writes a list to a stream, no faster than the stream takes it. */
export class ListOutput {
  readonly #stream: Io['stdout'];
  readonly #syntax: ListSyntax;
  #length = 0;
  #pending = '';

  constructor(stream: Io['stdout'], syntax: ListSyntax) {
    this.#stream = stream;
    this.#syntax = syntax;
  }

  /** The number of entries. */
  get length(): number {
    return this.#length;
  }

  async write(entry: string): Promise<void> {
    this.#pending += (this.#length === 0 ? this.#syntax.start : this.#syntax.separator) + entry;
    this.#length += 1;
    if (this.#pending.length >= BATCH_CHARACTERS) await this.#flush();
  }

  async end(): Promise<void> {
    this.#pending += this.#length === 0 ? this.#syntax.empty : this.#syntax.end;
    await this.#flush();
  }

  async #flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = '';
    if (text === '' || this.#stream.write(text) || this.#stream.destroyed) return;
    const listening = new AbortController();
    const { signal } = listening;
    const events = ['drain', 'close'].map((event) => once(this.#stream, event, { signal }));
    await Promise.race(events).catch(() => {}); // main.ts reports the errors of the stream
    for (const event of events) event.catch(() => {});
    listening.abort();
  }
}
