import type { Logger } from 'pino';

/** The methods of a pino Logger that an outage uses. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn'>;

/** What the lines of an outage say. */
export interface OutageMessages {
  readonly failed: string;
  readonly over: string;
}

/** How often a long outage is logged again. */
const REMIND_MS = 5 * 60_000;

/**
 * Logs failures without flooding the log: a warning for the first failure, for a new reason, and as a reminder during a
 * long outage, and one line when it is over. All other failures are logged at debug.
 */
export class Outage {
  readonly #log: Log;
  readonly #messages: OutageMessages;
  readonly #remindMs: number;
  #failures = 0;
  #since = 0;
  #warned = { reason: '', at: 0 };

  constructor(log: Log, messages: OutageMessages, remindMs = REMIND_MS) {
    this.#log = log;
    this.#messages = messages;
    this.#remindMs = remindMs;
  }

  failed(reason: string): void {
    const now = Date.now();
    if (this.#failures++ === 0) this.#since = now;
    const isNews =
      this.#failures === 1 || reason !== this.#warned.reason || now - this.#warned.at >= this.#remindMs;
    if (isNews) this.#warned = { reason, at: now };
    this.#log[isNews ? 'warn' : 'debug']({ reason, failures: this.#failures }, this.#messages.failed);
  }

  over(): void {
    if (this.#failures === 0) return;
    this.#log.info({ failures: this.#failures, ms: Date.now() - this.#since }, this.#messages.over);
    this.#failures = 0;
  }
}
