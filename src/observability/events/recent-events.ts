/** How many different Events are remembered. */
const MAX_ENTRIES = 1000;

/** How long the same Event is only counted. */
const QUIET_MS = 10 * 60_000;

const NEVER = Number.NEGATIVE_INFINITY;

/** The same Event, again and again. */
interface Series {
  /** How often it happened. */
  count: number;
  /** When it was last due to be written. */
  dueAt: number;
}

/** Remembers which Events happened lately, up to a number, so that each is written once in a while. */
export class RecentEvents {
  /** The least recent one comes first. */
  readonly #series = new Map<string, Series>();

  /**
   * Counts an Event, and returns how often it happened; 0 if it was due less than ten minutes ago. `now` is in
   * milliseconds.
   */
  due(key: string, now: number): number {
    const series = this.#series.get(key) ?? { count: 0, dueAt: NEVER };
    series.count += 1;
    this.#series.delete(key);
    this.#series.set(key, series);
    for (const oldest of this.#series.keys()) {
      if (this.#series.size <= MAX_ENTRIES) break;
      this.#series.delete(oldest);
    }
    if (now - series.dueAt < QUIET_MS) return 0;
    series.dueAt = now;
    return series.count;
  }

  /** An Event was not written, so it is due the next time it happens. */
  retry(key: string): void {
    const series = this.#series.get(key);
    if (series !== undefined) series.dueAt = NEVER;
  }
}
