/** Writes UTF-8 without blocking. */
export interface ByteSink {
  write(bytes: Buffer): void;
}

/** The size of a batch, the same as sonic-boom's writes, and how long a line waits in it at most. */
const BATCH_BYTES = 16 * 1024;
const FLUSH_MS = 100;

/** The most bytes of UTF-8 per UTF-16 code unit. */
const MAX_BYTES_PER_CODE_UNIT = 3;

/**
 * Collects lines and writes them in batches, so that the cost of a line does not depend on the lines that wait before
 * it. They wait as bytes: concatenated strings would live in V8's young generation, where each garbage collection
 * copies them.
 */
export class LineBatch {
  readonly #bytes = Buffer.allocUnsafe(BATCH_BYTES);
  #length = 0;
  /** Runs only while lines wait, so that a service without requests sleeps. */
  readonly #timer = setTimeout(() => this.flush(), FLUSH_MS).unref();

  constructor(private readonly sink: ByteSink) {}

  write(line: string): void {
    const maxBytes = line.length * MAX_BYTES_PER_CODE_UNIT;
    if (maxBytes > BATCH_BYTES - this.#length) this.flush();
    if (maxBytes > BATCH_BYTES) {
      this.sink.write(Buffer.from(line));
      return;
    }
    if (this.#length === 0) this.#timer.refresh();
    this.#length += this.#bytes.write(line, this.#length);
  }

  flush(): void {
    if (this.#length === 0) return;
    const lines = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    this.sink.write(lines);
  }

  /** Writes the rest and stops the timer. Do not write afterwards. */
  end(): void {
    clearTimeout(this.#timer);
    this.flush();
  }
}
