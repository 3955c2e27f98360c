/** One request to the webhook as it came in. */
export interface Call {
  /** `performance.now()` when its headers had been read. */
  readonly startedAt: number;
  /** The W3C header of that name, if the API server traces. */
  readonly traceparent: string | undefined;
}

/** What goes back. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}
