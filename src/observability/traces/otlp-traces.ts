import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import {
  type DiagLogger,
  DiagLogLevel,
  defaultTextMapGetter,
  diag,
  type MeterProvider,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type BufferConfig } from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import { PRODUCT_VERSION } from '../../core/version.js';
import { Outage } from '../log/outage.js';
import type { MetricsService } from '../metrics/metrics.service.js';
import { type SpanResult, spanMeterProvider } from './span-results.js';
import type { AdmissionSpan, Traces } from './traces.js';
import { WallClock } from './wall-clock.js';

const PRODUCT = 'proxy-injector';

/** Method and route: opentelemetry.io/docs/specs/semconv/http/http-spans/#name. */
const SPAN_NAME = 'POST /mutate';

/** How long to wait until the last spans are sent. */
const CLOSE_MS = 2_000;

const OUTAGE = { failed: 'Sending traces failed; the spans are lost', over: 'Sending traces works again' };

/**
 * The default instead of OpenTelemetry's 512: no admission is answered while a batch is encoded, about 15 µs per span.
 */
const BATCH_SPANS = 128;

/** Its types leave out that it passes all options on. */
type BatchOptions = BufferConfig & { readonly selfObsMeterProvider: MeterProvider };

/** Makes spans with OpenTelemetry's SDK, which samples, queues, and sends them. */
export class OtlpTraces implements Traces, OnApplicationShutdown {
  readonly #propagator = new W3CTraceContextPropagator();
  readonly #clock = new WallClock();
  readonly #provider: BasicTracerProvider;
  readonly #tracer: Tracer;

  constructor(logger: Logger, metrics: MetricsService) {
    const outage = new Outage(logger, OUTAGE);
    const count = (result: SpanResult, spans: number) => {
      metrics.traceSpans.inc({ result }, spans);
      if (result === 'exported') outage.over();
    };
    setGlobalErrorHandler((error) => outage.failed(reasonOf(error)));
    diag.setLogger(diagnostics(logger), DiagLogLevel.DEBUG); // for the variables that they read now
    const options: BatchOptions = {
      ...(!process.env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE && { maxExportBatchSize: BATCH_SPANS }),
      selfObsMeterProvider: spanMeterProvider(count),
    };
    this.#provider = new BasicTracerProvider({
      resource: resource(),
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter(), options)],
    });
    this.#tracer = this.#provider.getTracer(PRODUCT, PRODUCT_VERSION);
    diag.disable(); // what happens later is in the metrics, and in the log as an outage
  }

  record({ ms, attributes, error, ...headers }: AdmissionSpan): void {
    const now = this.#clock.now();
    const parent = this.#propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const span = this.#tracer.startSpan(SPAN_NAME, { kind: SpanKind.SERVER, startTime: now - ms }, parent);
    if (!span.isRecording()) return;
    span.setAttributes(attributes());
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
    span.end(now);
  }

  /** Sends the last spans. */
  async onApplicationShutdown(): Promise<void> {
    const sent = this.#provider.shutdown().catch(() => {}); // counted, and logged as an outage
    await Promise.race([sent, sleep(CLOSE_MS)]);
  }
}

/** `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` take precedence. The hostname is the name of the Pod. */
function resource(): Resource {
  const own = { 'service.name': PRODUCT, 'service.version': PRODUCT_VERSION, 'host.name': hostname() };
  return defaultResource()
    .merge(resourceFromAttributes(own))
    .merge(detectResources({ detectors: [envDetector] }));
}

/** Logs what OpenTelemetry says about its environment variables. It only whispers about its resource attributes. */
function diagnostics(logger: Logger): DiagLogger {
  const ignore = () => {};
  const warn = (reason: string) => logger.warn({ reason }, 'OpenTelemetry ignores an environment variable');
  const debug = (text: string) => (text.startsWith('EnvDetector failed') ? warn(text) : ignore());
  return { error: warn, warn, info: ignore, debug, verbose: ignore };
}

/** Node lists the errors of all addresses that it tried in an AggregateError, whose message is empty. */
function reasonOf(error: unknown): string {
  const { message, code, errors } = error as { message?: string; code?: unknown; errors?: readonly Error[] };
  return message || errors?.[0]?.message || String(code ?? error);
}
