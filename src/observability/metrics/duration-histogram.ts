import type { Registry } from 'prom-client';

/** A sample, in the form prom-client's registry prints. */
interface Sample {
  readonly metricName: string;
  readonly labels: { readonly [label: string]: string | number };
  readonly value: number;
}

/**
 * A histogram of durations in seconds, without labels. Observing adds to two numbers. prom-client's own histogram looks
 * up, checks, and copies labels on every observation.
 */
export class DurationHistogram {
  readonly type = 'histogram';
  readonly labelNames: readonly string[] = [];
  readonly name: string;
  readonly help: string;
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  /** `buckets` are the upper bounds in seconds, ascending. */
  constructor({ name, help, buckets }: { name: string; help: string; buckets: readonly number[] }) {
    this.name = name;
    this.help = help;
    this.#bounds = [...buckets, Number.POSITIVE_INFINITY];
    this.#counts = this.#bounds.map(() => 0);
  }

  observe(seconds: number): void {
    let bucket = 0;
    while (seconds > (this.#bounds[bucket] as number)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#sum += seconds;
  }

  /** A registry only uses the public members of this class; its types require one of prom-client's own classes. */
  register(registry: Registry): this {
    registry.registerMetric(this as unknown as Parameters<Registry['registerMetric']>[0]);
    return this;
  }

  async get(): Promise<{ name: string; help: string; type: string; values: Sample[] }> {
    let count = 0;
    const values = this.#bounds.map((bound, bucket) => {
      count += this.#counts[bucket] as number;
      return this.#sample('bucket', count, { le: bound === Number.POSITIVE_INFINITY ? '+Inf' : bound });
    });
    values.push(this.#sample('sum', this.#sum), this.#sample('count', count));
    return { name: this.name, help: this.help, type: this.type, values };
  }

  #sample(suffix: string, value: number, labels: Sample['labels'] = {}): Sample {
    return { metricName: `${this.name}_${suffix}`, labels, value };
  }
}
