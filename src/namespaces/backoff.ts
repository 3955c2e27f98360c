import { setTimeout as delay } from 'node:timers/promises';

/**
 * How long to wait before the next try: first not at all, then `minMs`, then twice as long each time up to `maxMs`, and up to
 * half as much again by chance, so that replicas which failed together do not come back together.
 */
export class Backoff {
  /** Tries since the last {@link reset}. */
  attempts = 0;

  constructor(
    readonly minMs: number,
    readonly maxMs: number,
  ) {}

  reset(): void {
    this.attempts = 0;
  }

  /** The milliseconds to wait now; counts as a try. */
  next(): number {
    const doublings = this.attempts++ - 1;
    if (doublings < 0) return 0;
    return Math.min(this.minMs * 2 ** doublings, this.maxMs) * (1 + Math.random() / 2);
  }

  /** Waits for {@link next}; resolves early, and never rejects, when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    await delay(this.next(), undefined, { signal }).catch(() => {});
  }
}
