import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Mode } from '../../core/settings/settings.js';
import { PRODUCT_VERSION } from '../../core/version.js';
import { collectDefaultMetrics } from './default-metrics.js';
import { DurationHistogram } from './duration-histogram.js';
import { LabeledCounter } from './labeled-counter.js';

const PREFIX = 'proxy_injector_';

/** The service's metrics, on one registry. Label values are closed sets, never names of Pods or free text. */
@Injectable()
export class MetricsService {
  readonly registry = new Registry();

  readonly requests = this.labeledCounter(
    'admission_requests_total',
    'Requests to the webhook, by outcome and reason.',
    ['outcome', 'reason'],
  );
  readonly injections = this.labeledCounter(
    'injections_total',
    'Pods injected with a proxy, by proxy mode.',
    ['mode'],
  );
  readonly duration = new DurationHistogram({
    name: `${PREFIX}admission_duration_seconds`,
    help: 'Time from reading the headers of a request to its response.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  }).register(this.registry);
  /** How many requests are being handled. A number, because prom-client's gauges check labels at each change. */
  inFlight = 0;
  readonly certificateExpiry = this.gauge(
    'certificate_expiry_timestamp_seconds',
    'When the active certificate or client CA expires, whichever is first, in seconds since the Unix epoch.',
  );
  readonly certificateReloads = this.counter(
    'certificate_reloads_total',
    'Reloads of the certificate files after a change, by result: success, failure, or postponed until the pair is valid.',
    ['result'],
  );
  readonly configReloads = this.counter(
    'config_reloads_total',
    'Reloads of the configuration file after a change, by result.',
    ['result'],
  );
  readonly certificateUsable = this.gauge(
    'certificate_last_reload_successful',
    '1 if the certificate files hold what is active, 0 if they changed and cannot be used, or not yet.',
  );
  readonly configUsable = this.gauge(
    'config_last_reload_successful',
    '1 if the configuration file holds the active configuration, 0 if it changed and is invalid.',
  );
  readonly configInfo = this.gauge(
    'config_info',
    'Always 1, labeled with the hash of the active configuration.',
    ['hash'],
  );
  readonly namespacesSynced = this.gauge(
    'namespaces_synced',
    '1 once the namespaces have been listed, or if there is no cluster; 0 before.',
  );
  readonly namespaceWatchLastEvent = this.gauge(
    'namespace_watch_last_event_timestamp_seconds',
    'When the API server last showed that the namespaces in memory are current, by a list, a watch event, or a ' +
      'bookmark, in seconds since the Unix epoch; 0 before, or if there is no cluster.',
  );
  readonly logLinesDropped = this.counter(
    'log_lines_dropped_total',
    'Log lines dropped because stdout was not read.',
    [],
  );
  readonly traceSpans = this.counter(
    'trace_spans_total',
    'Sampled spans, by result: exported to the collector, failed to be sent, or dropped because the queue was full.',
    ['result'],
  );
  readonly events = this.counter(
    'events_total',
    'Events about Pods, by result: written, failed to be written, or dropped because there were too many.',
    ['result'],
  );
  readonly buildInfo = this.gauge(
    'build_info',
    'Always 1, labeled with the versions of the injector and of Node.',
    ['version', 'node'],
  );

  /** Known label values start at 0: Prometheus sees no increase in a counter that first appears as 1. */
  constructor() {
    collectDefaultMetrics(this.registry);
    const current = () => this.inFlight;
    new Gauge({
      name: `${PREFIX}admission_requests_in_flight`,
      help: 'Requests that are currently being handled.',
      registers: [this.registry],
      collect() {
        this.set(current());
      },
    });
    for (const result of ['success', 'failure']) {
      this.certificateReloads.inc({ result }, 0);
      this.configReloads.inc({ result }, 0);
    }
    this.certificateReloads.inc({ result: 'postponed' }, 0);
    this.certificateUsable.set(1);
    this.configUsable.set(1);
    for (const result of ['written', 'failed', 'dropped']) this.events.inc({ result }, 0);
    for (const result of ['exported', 'failed', 'dropped']) this.traceSpans.inc({ result }, 0);
    for (const mode of ['container', 'native'] satisfies Mode[]) this.injections.add(mode, '', 0);
    this.buildInfo.set({ version: PRODUCT_VERSION, node: process.version }, 1);
  }

  private labeledCounter(
    name: string,
    help: string,
    labelNames: readonly [string] | readonly [string, string],
  ): LabeledCounter {
    return new LabeledCounter({ name: PREFIX + name, help, labelNames, registers: [this.registry] });
  }

  private counter<T extends string>(name: string, help: string, labelNames: T[]): Counter<T> {
    return new Counter({ name: PREFIX + name, help, labelNames, registers: [this.registry] });
  }

  private gauge<T extends string>(name: string, help: string, labelNames: T[] = []): Gauge<T> {
    return new Gauge({ name: PREFIX + name, help, labelNames, registers: [this.registry] });
  }
}
