import type { Logger } from 'pino';

/** The part of a pino Logger that is written to. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn'>;

/**
 * Tells of failures without a flood: a warning for the first one, for a new reason, and as a reminder while it lasts; one
 * line when it is over. Every failure is there at debug.
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
    const news =
      this.#failures === 1 || reason !== this.#warned.reason || now - this.#warned.at >= this.#remindMs;
    if (news) this.#warned = { reason, at: now };
    this.#log[news ? 'warn' : 'debug'](
      { reason, failures: this.#failures },
      'following the namespaces failed, trying again',
    );
  }

  over(): void {
    if (this.#failures === 0) return;
    this.#log.info(
      { failures: this.#failures, ms: Date.now() - this.#since },
      'following the namespaces again',
    );
    this.#failures = 0;
  }
}
