/**
 * The memory that bodies take together until they are answered. When it runs out, the oldest bodies still being
 * received make room: an API server sends a body within milliseconds, so the oldest belong to slow clients.
 */
export class PendingBytes {
  /**
   * Oldest first. Not a Set: as it changes, V8 replaces its table again and again, and each old table would keep
   * requests alive until a full collection.
   */
  readonly #reservations: Reservation[] = [];
  #total = 0;

  constructor(private readonly limit: number) {}

  /** A reservation of nothing yet. `onEvicted` must drop the body. */
  open(onEvicted: () => void): Reservation {
    const reservation = new Reservation(this, onEvicted);
    this.#reservations.push(reservation);
    return reservation;
  }

  /** The bytes reserved now. */
  get total(): number {
    return this.#total;
  }

  /** Accounts for a change of a reservation; false if there is no room even after evictions. */
  resize(reservation: Reservation, from: number, to: number): boolean {
    const hasRoom = () => this.#total - from + to <= this.limit;
    const others = hasRoom() ? [] : this.#reservations.filter((other) => other !== reservation);
    for (const other of others) {
      if (hasRoom()) break;
      other.evict();
    }
    if (!hasRoom()) return false;
    this.#total += to - from;
    return true;
  }

  remove(reservation: Reservation, bytes: number): void {
    const index = this.#reservations.lastIndexOf(reservation); // most are among the newest
    if (index < 0) return;
    this.#reservations.splice(index, 1);
    this.#total -= bytes;
  }
}

/** The share of one body. */
export class Reservation {
  #bytes = 0;
  #evictable = true;

  constructor(
    private readonly pending: PendingBytes,
    private readonly onEvicted: () => void,
  ) {}

  /** Reserves this many bytes in all; false if there is no room. */
  grow(bytes: number): boolean {
    if (!this.pending.resize(this, this.#bytes, bytes)) return false;
    this.#bytes = bytes;
    return true;
  }

  /** The body is complete: from now on it is not evicted. */
  keep(): void {
    this.#evictable = false;
  }

  evict(): void {
    if (!this.#evictable) return;
    this.release();
    this.onEvicted();
  }

  /** The body is gone. Safe to call again. */
  release(): void {
    this.pending.remove(this, this.#bytes);
    this.#bytes = 0;
    this.#evictable = false;
  }
}
