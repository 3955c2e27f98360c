/** How far the clocks may drift apart: `Date.now()` is whole milliseconds. */
const TOLERANCE_MS = 2;

/**
 * The time since the Unix epoch in milliseconds, with microseconds, which `Date.now()` does not have. Spans of a call
 * within a call would otherwise not nest. Follows the system's clock when that is set.
 */
export class WallClock {
  #origin = performance.timeOrigin;

  now(): number {
    const now = performance.now();
    const drift = Date.now() - (this.#origin + now);
    if (Math.abs(drift) > TOLERANCE_MS) this.#origin += drift;
    return this.#origin + now;
  }
}
