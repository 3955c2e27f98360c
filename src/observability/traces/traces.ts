import type { Attributes } from '@opentelemetry/api';

/** The injection token of the traces; undefined if they are off. */
export const TRACES = Symbol('traces');

/** The span of a request that was just answered. */
export interface AdmissionSpan {
  /** The headers that name its parent: w3.org/TR/trace-context. */
  readonly traceparent: string | undefined;
  readonly tracestate?: string | undefined;
  /** How long it took, in milliseconds. */
  readonly ms: number;
  /** Called only if the span is sampled. */
  readonly attributes: () => Attributes;
  /** Why the injector failed, if it did. */
  readonly error: string | undefined;
}

/** Sends the spans of requests to a collector, later and in batches. */
export interface Traces {
  /** Never throws, and never waits for the collector. */
  record(span: AdmissionSpan): void;
}
