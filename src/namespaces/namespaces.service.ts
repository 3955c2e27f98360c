import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { ApiClient } from '../cluster/api-client.js';
import { ConfigService } from '../config/config.service.js';
import type { NamespaceFacts } from '../core/decision/subject.js';
import { ReadinessService } from '../observability/health/readiness.service.js';
import { LOGGER } from '../observability/log/logger.js';
import { MetricsService } from '../observability/metrics/metrics.service.js';
import { NamespaceInformer } from './informer.js';

/** The annotations of namespaces: from the cluster, or where there is none, from the configuration. */
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
    this.#informer = cluster && new NamespaceInformer(new ApiClient(cluster), logger);
    readiness.add('namespaces', () => (this.#informer?.synced === false ? 'not listed yet' : undefined));
  }

  onApplicationBootstrap(): void {
    if (this.#informer === undefined) {
      this.logger.warn('No cluster: namespaces are not looked up, but taken from the setting `namespaces`');
      this.metrics.namespacesSynced.set(1);
      return;
    }
    this.#informer.start();
    this.#informer.whenSynced.then(() => this.metrics.namespacesSynced.set(1));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#informer?.stop();
  }

  /** What is known without asking anybody; undefined if nothing is. */
  peek(name: string): NamespaceFacts | undefined {
    return this.#informer ? this.#informer.peek(name) : this.#configured(name);
  }

  /** Asks the API server where nothing is known; rejects with a `NamespaceLookupError`. */
  async get(name: string): Promise<NamespaceFacts> {
    return this.#informer ? this.#informer.get(name) : this.#configured(name);
  }

  #configured(name: string): NamespaceFacts {
    const { namespaces } = this.config.current.configuration;
    return { annotations: (Object.hasOwn(namespaces, name) && namespaces[name]?.annotations) || {} };
  }
}
