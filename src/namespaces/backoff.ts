import { setTimeout as delay } from 'node:timers/promises';

/**
 * Exponential backoff: retries at once, then after `minMs`, doubling up to `maxMs`. Adds up to 50 % of jitter, so that
 * replicas that failed together do not retry together.
 */
export class Backoff {
  /** Retries since the last {@link reset}. */
  attempts = 0;

  constructor(
    readonly minMs: number,
    readonly maxMs: number,
  ) {}

  reset(): void {
    this.attempts = 0;
  }

  /** The delay before the next retry, in milliseconds. Counts as a retry. */
  next(): number {
    const doublings = this.attempts++ - 1;
    if (doublings < 0) return 0;
    return Math.min(this.minMs * 2 ** doublings, this.maxMs) * (1 + Math.random() / 2);
  }

  /** Waits for {@link next}. Resolves early when the signal aborts; never rejects. */
  async wait(signal: AbortSignal): Promise<void> {
    await delay(this.next(), undefined, { signal }).catch(() => {});
  }
}
