/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A rate: `6112/s`. */
export function perSecond({ requestsPerSecond }: { readonly requestsPerSecond: number }): string {
  return `${requestsPerSecond.toFixed(0)}/s`;
}

/** The processor time per request: `162 µs`. */
export function micros({ cpuMicros }: { readonly cpuMicros: number }): string {
  return `${cpuMicros.toFixed(0)} µs`;
}

/** Milliseconds, those below 10 with two decimals. */
export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

/** Megabytes. */
export function mb(value: number): string {
  return `${value.toFixed(0)} MB`;
}

/** Whether a goal holds. */
export function verdict(holds: boolean): string {
  return holds ? 'holds' : 'does not hold';
}

/** A share in percent. */
export function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
}

/** A small share in percent, with two decimals. */
export function smallPercent(part: number): string {
  return `${(part * 100).toFixed(2)} %`;
}
