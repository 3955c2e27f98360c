import { Counter, type CounterConfiguration } from 'prom-client';

/** One or two labels, whose values are closed sets. */
interface LabeledCounterConfiguration extends Omit<CounterConfiguration<string>, 'labelNames' | 'collect'> {
  readonly labelNames: readonly [string] | readonly [string, string];
}

/**
 * A counter with one or two labels. Counting only adds to a number. The counts are copied to prom-client's counter on
 * each scrape, because it joins, checks, and copies the labels on every increment.
 */
export class LabeledCounter {
  readonly #counts = new Map<string, Map<string, number>>();

  constructor({ labelNames, ...configuration }: LabeledCounterConfiguration) {
    const counts = this.#counts;
    new Counter({
      ...configuration,
      labelNames: [...labelNames],
      collect() {
        this.reset();
        for (const [first, row] of counts) {
          for (const [second, count] of row)
            this.labels(...[first, second].slice(0, labelNames.length)).inc(count);
        }
      },
    });
  }

  /**
   * Adds `count`: 0 exports the labels before there is anything to count. Without a second label, pass ''.
   */
  add(first: string, second: string, count = 1): void {
    let row = this.#counts.get(first);
    if (row === undefined) {
      row = new Map();
      this.#counts.set(first, row);
    }
    row.set(second, (row.get(second) ?? 0) + count);
  }
}
