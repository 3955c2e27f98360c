import type { ErrorReason } from '../review/admission-error.js';

/** One request to the webhook as received. */
export interface Call {
  /** `performance.now()` when its headers were read. */
  readonly startedAt: number;
  /** The headers of an API server that sends traces: w3.org/TR/trace-context. */
  readonly traceparent: string | undefined;
  readonly tracestate?: string | undefined;
}

/** The HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Set if there was no decision. */
  readonly error?: ErrorReason;
}
