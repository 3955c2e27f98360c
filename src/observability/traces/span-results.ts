import { type Counter, createNoopMeter, type Meter, type MeterProvider } from '@opentelemetry/api';

/** What became of a sampled span: sent, lost because sending failed, or dropped because the queue was full. */
export type SpanResult = 'exported' | 'failed' | 'dropped';

/** opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/#metric-otelsdkprocessorspanprocessed */
const PROCESSED_SPANS = 'otel.sdk.processor.span.processed';

/** Passes on how many spans the batch span processor is done with, which it reports as an OpenTelemetry metric. */
export function spanMeterProvider(count: (result: SpanResult, spans: number) => void): MeterProvider {
  const processed: Counter = {
    add: (spans, attributes) => count(resultOf(attributes?.['error.type']), spans),
  };
  const noop = createNoopMeter();
  const createCounter: Meter['createCounter'] = (name) =>
    name === PROCESSED_SPANS ? processed : noop.createCounter(name);
  const meter: Meter = Object.create(noop, { createCounter: { value: createCounter } }); // noop is shared
  return { getMeter: () => meter };
}

function resultOf(errorType: unknown): SpanResult {
  if (errorType === undefined) return 'exported';
  return errorType === 'queue_full' ? 'dropped' : 'failed';
}
