import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { ApiClient } from '../../cluster/api-client.js';
import { ConfigService } from '../../config/config.service.js';
import type { FinalDecision } from '../../core/decision/decision.js';
import type { AdmissionRequest } from '../../review/review.js';
import { LOGGER } from '../log/logger.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { EventWriter } from './event-writer.js';
import { type PodEvent, podEventOf } from './pod-event.js';
import { RecentEvents } from './recent-events.js';
import { TokenBucket } from './token-bucket.js';

/** How many Events are written at once, and how many per second in the long run. */
const BURST = 50;
const PER_SECOND = 5;

/** How often failures are logged, at most. */
const REMIND_MS = 5 * 60_000;

/** How long to wait for Events that are being written. */
const CLOSE_MS = 1_000;

/** Writes Events about Pods to their controllers, after the answers are sent. */
@Injectable()
export class EventsService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #client: ApiClient | undefined;
  readonly #writer: EventWriter | undefined;
  readonly #recent = new RecentEvents();
  readonly #bucket = new TokenBucket(BURST, PER_SECOND);
  readonly #pending = new Set<Promise<void>>();
  #remindAt = 0;

  constructor(
    private readonly config: ConfigService,
    private readonly metrics: MetricsService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.#client = config.cluster && new ApiClient(config.cluster);
    this.#writer = this.#client && new EventWriter(this.#client);
  }

  onApplicationBootstrap(): void {
    if (this.#isEnabled && this.#writer === undefined) this.logger.warn('No cluster: writing no Events');
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.race([Promise.all(this.#pending), sleep(CLOSE_MS)]);
    this.#client?.close();
  }

  /** Never throws, and never waits for the API server. */
  report(request: AdmissionRequest, decision: FinalDecision): void {
    if (!this.#isEnabled || request.dryRun || this.#writer === undefined) return;
    const event = podEventOf(request, decision);
    if (event === undefined) return;
    const key = `${event.owner.uid}\n${event.reason}\n${event.note}`;
    const now = performance.now();
    const count = this.#recent.due(key, now);
    if (count === 0) return;
    if (!this.#bucket.take(now)) {
      this.#recent.retry(key);
      this.metrics.events.inc({ result: 'dropped' });
      return;
    }
    setImmediate(() => this.#write(this.#writer as EventWriter, event, key, count));
  }

  get #isEnabled(): boolean {
    return this.config.current.configuration.events === 'enabled';
  }

  #write(writer: EventWriter, event: PodEvent, key: string, count: number): void {
    const written = writer.write(event, count).then(
      () => this.metrics.events.inc({ result: 'written' }),
      (error: Error) => this.#failed(error, key),
    );
    this.#pending.add(written);
    written.finally(() => this.#pending.delete(written));
  }

  #failed(error: Error, key: string): void {
    this.#recent.retry(key);
    this.metrics.events.inc({ result: 'failed' });
    const isNews = performance.now() >= this.#remindAt;
    if (isNews) this.#remindAt = performance.now() + REMIND_MS;
    this.logger[isNews ? 'warn' : 'debug']({ reason: error.message }, 'Writing an Event failed');
  }
}
