import type { Io } from '../io.js';

/** Commands that are done earlier show no progress. */
const DELAY_MS = 1000;
const INTERVAL_MS = 100;

/** A document of this many characters takes about a second, in which nothing else happens. */
const LARGE = 500_000;

const CLEAR = '\r\u001b[K';

/** Shows how far a command is on the last line of a terminal; nothing if stderr is none. */
export class Progress {
  readonly #stderr: Io['stderr'];
  readonly #isShown: boolean;
  #next: number;
  #hasLine = false;

  /** `isQuiet` if the results appear on the terminal anyway. */
  constructor(
    { stderr }: Pick<Io, 'stderr'>,
    isQuiet = false,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#stderr = stderr;
    this.#isShown = stderr.isTTY === true && !isQuiet;
    this.#next = now() + DELAY_MS;
  }

  /** Call before each document. `size` is its length. */
  before(index: number, total: number, size: number): void {
    const percent = Math.floor((index / total) * 100);
    this.show(`Reading object ${index + 1} of ${total} (${percent} %)`, size >= LARGE);
  }

  /** Shows a text, unless another one has just been shown. */
  show(text: string, isUrgent = false): void {
    if (!this.#isShown || (this.now() < this.#next && !isUrgent)) return;
    this.#next = this.now() + INTERVAL_MS;
    this.#stderr.write(CLEAR + text);
    this.#hasLine = true;
  }

  /** Removes the line. Call before anything else is written to the terminal. */
  clear(): void {
    if (this.#hasLine) this.#stderr.write(CLEAR);
    this.#hasLine = false;
  }
}
