import { Counter, type CounterConfiguration } from 'prom-client';

/** The labels are closed sets, of which there are one or two. */
interface TallyConfiguration extends Omit<CounterConfiguration<string>, 'labelNames' | 'collect'> {
  readonly labelNames: readonly [string] | readonly [string, string];
}

/**
 * A counter with labels. To count is to add to a number; prom-client, which joins, checks and copies the labels each time, is told when
 * somebody asks.
 */
export class LabeledCounter {
  readonly #counts = new Map<string, Map<string, number>>();

  constructor({ labelNames, ...configuration }: TallyConfiguration) {
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

  /** Adds one, or 0 to show the labels before there is anything to count. Without a second label `second` is empty. */
  add(first: string, second: string, count = 1): void {
    let row = this.#counts.get(first);
    if (row === undefined) {
      row = new Map();
      this.#counts.set(first, row);
    }
    row.set(second, (row.get(second) ?? 0) + count);
  }
}
