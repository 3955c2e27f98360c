/** Limits how often something is done: `size` times at once, and `perSecond` times per second in the long run. */
export class TokenBucket {
  #tokens: number;
  #filledAt = 0;

  constructor(
    private readonly size: number,
    private readonly perSecond: number,
  ) {
    this.#tokens = size;
  }

  /** Takes a token; false if there is none. `now` is in milliseconds, and never decreases. */
  take(now: number): boolean {
    const filled = ((now - this.#filledAt) / 1000) * this.perSecond;
    this.#tokens = Math.min(this.size, this.#tokens + filled);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
