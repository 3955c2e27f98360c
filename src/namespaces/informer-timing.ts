/** How patient a NamespaceInformer is; all times in milliseconds. */
export interface InformerTiming {
  /** The pause after the second failure in a row (the first retry is at once); also how long a watch has to last to be healthy. */
  readonly backoffMinMs: number;
  /** The longest pause; chance adds up to a half. */
  readonly backoffMaxMs: number;
  /** The most that one live lookup may take. The API server waits 10 s for a webhook by default. */
  readonly lookupTimeoutMs: number;
  /** Namespaces in one page of a list; 500 is what kubectl and client-go ask for. */
  readonly pageSize: number;
  /** While an outage lasts, the same warning is repeated after this time. */
  readonly remindMs: number;
  /** Silence after which a list is given up, and a watch before it has begun. */
  readonly silenceMs: number;
  /** The server ends a watch after this time, or by chance up to twice as long: client-go asks for 5 to 10 minutes too. */
  readonly watchTimeoutMs: number;
  /** Silence beyond the end of a watch after which its connection counts as dead. */
  readonly watchMarginMs: number;
}

export const DEFAULT_TIMING: InformerTiming = {
  backoffMinMs: 1_000,
  backoffMaxMs: 30_000,
  lookupTimeoutMs: 2_000,
  pageSize: 500,
  remindMs: 300_000,
  silenceMs: 30_000,
  watchTimeoutMs: 300_000,
  watchMarginMs: 10_000,
};
