/** A task did not get its turn, because of too many others. */
export class NoTurnError extends Error {
  override readonly name = 'NoTurnError';
}

/** Runs a limited number of tasks at a time. The others wait their turn, in order, in a queue that is limited, too. */
export class ConcurrencyLimit {
  #running = 0;
  readonly #waiting = new Set<() => void>();

  constructor(
    readonly maxRunning: number,
    readonly maxWaiting: number,
  ) {}

  /**
   * Rejects with a {@link NoTurnError} if the queue is full, and with the signal's reason if it aborts while the
   * task waits; the task does not run then.
   */
  async run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    if (this.#running < this.maxRunning) this.#running++;
    else await this.#turn(signal);
    try {
      return await task();
    } finally {
      this.#passOn();
    }
  }

  /** Resolves when a running task has ended and left its place. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size >= this.maxWaiting) {
        const tasks = this.maxRunning + this.maxWaiting;
        throw new NoTurnError(`expected at most ${tasks} at a time, got more`);
      }
      const take = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(take);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.add(take);
    });
  }

  #passOn(): void {
    const [take] = this.#waiting;
    if (take === undefined) {
      this.#running--;
    } else {
      this.#waiting.delete(take);
      take();
    }
  }
}
