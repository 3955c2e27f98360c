/** What takes UTF-8 and writes it without holding anybody up. */
export interface ByteSink {
  write(bytes: Buffer): void;
}

/** Lines are handed on together, as many bytes as sonic-boom writes at a time, but none waits for longer than this. */
const BATCH_BYTES = 16 * 1024;
const FLUSH_MS = 100;

/** UTF-8 of a character of JavaScript takes no more. */
const MAX_BYTES_OF_CHARACTER = 3;

/**
 * Collects lines and hands them on together: a line costs its bytes, and not a look at everything that waits before it. They wait
 * as bytes, because texts that are put together live on in V8's young generation, where each collection would copy them.
 */
export class LineBatch {
  readonly #bytes = Buffer.allocUnsafe(BATCH_BYTES);
  #length = 0;
  readonly #timer = setInterval(() => this.flush(), FLUSH_MS).unref();

  constructor(private readonly sink: ByteSink) {}

  write(line: string): void {
    const most = line.length * MAX_BYTES_OF_CHARACTER;
    if (most > BATCH_BYTES - this.#length) this.flush();
    if (most > BATCH_BYTES) this.sink.write(Buffer.from(line));
    else this.#length += this.#bytes.write(line, this.#length);
  }

  flush(): void {
    if (this.#length === 0) return;
    const lines = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    this.sink.write(lines);
  }

  /** Hands on what there is, once and for all. */
  end(): void {
    clearInterval(this.#timer);
    this.flush();
  }
}
