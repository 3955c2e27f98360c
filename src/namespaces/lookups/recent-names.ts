/** Remembers names for a limited time, and a limited number of them: the oldest are forgotten first. */
export class RecentNames {
  /** When each name is forgotten, on the clock of `performance.now()`, in the order in which they were added. */
  readonly #expiries = new Map<string, number>();

  constructor(
    readonly ttlMs: number,
    readonly maxNames: number,
  ) {}

  has(name: string): boolean {
    return (this.#expiries.get(name) ?? 0) > performance.now();
  }

  add(name: string): void {
    this.#expiries.delete(name);
    this.#expiries.set(name, performance.now() + this.ttlMs);
    const [oldest] = this.#expiries.keys();
    if (this.#expiries.size > this.maxNames && oldest !== undefined) this.#expiries.delete(oldest);
  }
}
