/** What takes text and writes it without holding anybody up. */
export interface TextSink {
  write(text: string): void;
}

/** Lines are handed on together, so many characters at a time, but none waits for longer than this. */
const BATCH_LENGTH = 32 * 1024;
const FLUSH_MS = 100;

/** Collects lines and hands them on together: a line costs an addition, and not a look at everything that waits before it. */
export class LineBatch {
  #lines = '';
  readonly #timer = setInterval(() => this.flush(), FLUSH_MS).unref();

  constructor(private readonly sink: TextSink) {}

  write(line: string): void {
    this.#lines += line;
    if (this.#lines.length >= BATCH_LENGTH) this.flush();
  }

  flush(): void {
    if (this.#lines === '') return;
    const lines = this.#lines;
    this.#lines = '';
    this.sink.write(lines);
  }

  /** Hands on what there is, once and for all. */
  end(): void {
    clearInterval(this.#timer);
    this.flush();
  }
}
