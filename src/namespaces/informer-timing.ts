/** The timing of a NamespaceInformer, in milliseconds. */
export interface InformerTiming {
  /**
   * The delay after the second failure in a row (the first retry is at once), and the time a watch must last to count
   * as healthy.
   */
  readonly backoffMinMs: number;
  /** The longest delay, before up to 50 % of jitter. */
  readonly backoffMaxMs: number;
  /** How long a live lookup waits for its turn. */
  readonly lookupWaitMs: number;
  /** The timeout of its request. Both together must be below the webhook's timeout, 5 s in the chart. */
  readonly lookupTimeoutMs: number;
  /** How long the API server is not asked again about a namespace that does not exist. */
  readonly missingMs: number;
  /** Namespaces per page of a list, at first. kubectl and client-go request 500. */
  readonly pageSize: number;
  /** Timeout of a silent list, and of a watch that has not started yet. */
  readonly silenceMs: number;
  /** The server ends a watch after once to twice this time, at random. client-go also requests 5 to 10 minutes. */
  readonly watchTimeoutMs: number;
  /** How long after the end of its watch a silent connection counts as dead. */
  readonly watchMarginMs: number;
}

export const DEFAULT_TIMING: InformerTiming = {
  backoffMinMs: 1_000,
  backoffMaxMs: 30_000,
  lookupWaitMs: 1_000,
  lookupTimeoutMs: 2_000,
  missingMs: 1_000,
  pageSize: 500,
  silenceMs: 30_000,
  watchTimeoutMs: 300_000,
  watchMarginMs: 10_000,
};
