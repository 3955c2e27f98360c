import type { Outcome } from './outcome.js';

/** Counts the outcomes of creations. */
export class OutcomeCounts {
  readonly #reasons = { lost: new Map<string, number>(), unavailable: new Map<string, number>() };
  /** When each creation was lost, in milliseconds. */
  readonly #lostAt: number[] = [];
  #injected = 0;
  #stored = 0;

  /** Counts a creation. `isReal` means that it was not a dry run. */
  add(outcome: Outcome, isReal: boolean): void {
    if (outcome.kind === 'injected') {
      this.#injected += 1;
      this.#stored += isReal ? 1 : 0;
      return;
    }
    if (outcome.kind === 'lost') this.#lostAt.push(performance.now());
    const reasons = this.#reasons[outcome.kind];
    const reason = outcome.reason.replace(/:\d+->/g, '->'); // client ports differ
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }

  /** All creations. */
  get total(): number {
    return this.#injected + this.lostInAll + sum(this.unavailable);
  }

  get injected(): number {
    return this.#injected;
  }

  /** Creations that the webhook lost, by reason. */
  get lost(): { readonly [reason: string]: number } {
    return Object.fromEntries(this.#reasons.lost);
  }

  /** How many creations the webhook lost. */
  get lostInAll(): number {
    return sum(this.lost);
  }

  /** Creations that the API server itself failed to handle, by reason. */
  get unavailable(): { readonly [reason: string]: number } {
    return Object.fromEntries(this.#reasons.unavailable);
  }

  /** A summary as text. */
  get lines(): string[] {
    const reasons = [this.lost, this.unavailable].flatMap(Object.entries);
    const [lost, unavailable] = [this.lostInAll, sum(this.unavailable)];
    const within =
      lost === 0 ? '' : ` within ${Math.round((this.#lostAt.at(-1) ?? 0) - (this.#lostAt[0] ?? 0))} ms`;
    return [
      `${this.#injected} injected (${this.#stored} of them stored), ${lost} lost${within}, ${unavailable} failed in the API server`,
      ...reasons.map(([reason, count]) => `${count} x ${reason}`),
    ];
  }
}

function sum(counts: { readonly [reason: string]: number }): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
