import type { ErrorReason } from '../review/admission-error.js';

/** One request to the webhook as received. */
export interface Call {
  /** `performance.now()` when its headers were read. */
  readonly startedAt: number;
  /** The W3C header, if the API server sends traces. */
  readonly traceparent: string | undefined;
}

/** The HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Set if there was no decision. */
  readonly error?: ErrorReason;
}
