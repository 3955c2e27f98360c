import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { ApiClient } from '../cluster/api-client.js';
import { ConfigService } from '../config/config.service.js';
import type { NamespaceFacts } from '../core/decision/subject.js';
import { ReadinessService } from '../observability/health/readiness.service.js';
import { LOGGER } from '../observability/log/logger.js';
import { MetricsService } from '../observability/metrics/metrics.service.js';
import { NamespaceInformer } from './informer.js';

/** Looks up the annotations of namespaces: in the cluster, or without a cluster, in the configuration. */
@Injectable()
export class NamespacesService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #informer: NamespaceInformer | undefined;

  constructor(
    private readonly config: ConfigService,
    private readonly metrics: MetricsService,
    readiness: ReadinessService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const { cluster } = config;
    const onCurrent = () => metrics.namespaceWatchLastEvent.setToCurrentTime();
    this.#informer = cluster && new NamespaceInformer(new ApiClient(cluster), logger, {}, onCurrent);
    readiness.add('namespaces', () => (this.#informer?.synced === false ? 'not listed yet' : undefined));
  }

  onApplicationBootstrap(): void {
    if (this.#informer === undefined) {
      this.logger.warn('No cluster: using the setting `namespaces` instead of looking namespaces up');
      this.metrics.namespacesSynced.set(1);
      return;
    }
    this.#informer.start();
    this.#informer.whenSynced.then(() => this.metrics.namespacesSynced.set(1));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#informer?.stop();
  }

  /** The namespace from memory. Undefined if it is not there. */
  peek(name: string): NamespaceFacts | undefined {
    return this.#informer ? this.#informer.peek(name) : this.#configured(name);
  }

  /** The namespace from memory, or else from the API server. Rejects with a `NamespaceLookupError`. */
  async get(name: string): Promise<NamespaceFacts> {
    return this.#informer ? this.#informer.get(name) : this.#configured(name);
  }

  #configured(name: string): NamespaceFacts {
    const { namespaces } = this.config.current.configuration;
    return { annotations: (Object.hasOwn(namespaces, name) && namespaces[name]?.annotations) || {} };
  }
}
