import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Mode } from '../../core/settings/settings.js';
import { PRODUCT_VERSION } from '../../core/version.js';
import { collectDefaultMetrics } from './default-metrics.js';
import { DurationHistogram } from './duration-histogram.js';
import { LabeledCounter } from './labeled-counter.js';

const PREFIX = 'proxy_injector_';

/** Every metric of ours on one registry; labels are closed sets, never names of Pods or free text. */
@Injectable()
export class MetricsService {
  readonly registry = new Registry();

  readonly requests = this.labeledCounter(
    'admission_requests_total',
    'Requests to the webhook, by what came of them.',
    ['outcome', 'reason'],
  );
  readonly injections = this.labeledCounter(
    'injections_total',
    'Pods that a proxy was injected into, by mode.',
    ['mode'],
  );
  readonly duration = new DurationHistogram({
    name: `${PREFIX}admission_duration_seconds`,
    help: 'Time from the headers of a request to its answer.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  }).register(this.registry);
  readonly inFlight = this.gauge('admission_requests_in_flight', 'Requests that have not been answered yet.');
  readonly certificateExpiry = this.gauge(
    'certificate_expiry_timestamp_seconds',
    'When the serving certificate expires, in seconds since 1970.',
  );
  readonly certificateReloads = this.counter(
    'certificate_reloads_total',
    'Changes of the certificate files, by whether the new pair is in use.',
    ['result'],
  );
  readonly configReloads = this.counter(
    'config_reloads_total',
    'Changes of the configuration file, by whether the new configuration is in use.',
    ['result'],
  );
  readonly certificateUsable = this.gauge(
    'certificate_last_reload_successful',
    '1 if the certificate files hold the pair in use, 0 if they changed and could not be used.',
  );
  readonly configUsable = this.gauge(
    'config_last_reload_successful',
    '1 if the configuration file holds the configuration in use, 0 if it changed and is invalid.',
  );
  readonly configInfo = this.gauge('config_info', 'The configuration in use, by its hash.', ['hash']);
  readonly namespacesSynced = this.gauge(
    'namespaces_synced',
    '1 once the namespaces have been listed, or where there is no cluster to list them from; 0 before.',
  );
  readonly logLinesDropped = this.counter(
    'log_lines_dropped_total',
    'Log lines that were not written because nobody read the output.',
    [],
  );
  readonly buildInfo = this.gauge('build_info', 'The version that runs.', ['version', 'node']);

  /** What can be named beforehand begins at 0: of a counter that appears as 1 Prometheus sees no increase. */
  constructor() {
    collectDefaultMetrics(this.registry);
    for (const result of ['success', 'failure']) {
      this.certificateReloads.inc({ result }, 0);
      this.configReloads.inc({ result }, 0);
    }
    this.certificateUsable.set(1);
    this.configUsable.set(1);
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
