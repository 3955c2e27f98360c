import type { Logger } from 'pino';

/** The methods of a pino Logger that the informer uses. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn'>;

/**
 * Logs failures without flooding the log: a warning for the first failure, for a new reason, and as a reminder during a
 * long outage, and one line when it is over. All other failures are logged at debug.
 */
export class Outage {
  readonly #log: Log;
  readonly #remindMs: number;
  #failures = 0;
  #since = 0;
  #warned = { reason: '', at: 0 };

  constructor(log: Log, remindMs: number) {
    this.#log = log;
    this.#remindMs = remindMs;
  }

  failed(reason: string): void {
    const now = Date.now();
    if (this.#failures++ === 0) this.#since = now;
    const isNews =
      this.#failures === 1 || reason !== this.#warned.reason || now - this.#warned.at >= this.#remindMs;
    if (isNews) this.#warned = { reason, at: now };
    this.#log[isNews ? 'warn' : 'debug'](
      { reason, failures: this.#failures },
      'Namespace informer failed; retrying',
    );
  }

  over(): void {
    if (this.#failures === 0) return;
    this.#log.info(
      { failures: this.#failures, ms: Date.now() - this.#since },
      'Namespace informer recovered',
    );
    this.#failures = 0;
  }
}
