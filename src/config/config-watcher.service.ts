import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { type FileWatch, watchFiles } from '../files/file-watcher.js';
import { ReadinessService } from '../observability/health/readiness.service.js';
import { LOGGER } from '../observability/log/logger.js';
import { MetricsService } from '../observability/metrics/metrics.service.js';
import { ConfigService } from './config.service.js';

/** Watches the configuration file. Valid changes take effect without a restart; invalid ones are logged. */
@Injectable()
export class ConfigWatcher implements OnModuleInit, OnApplicationShutdown {
  #watch: FileWatch | undefined;
  #failed = false;

  constructor(
    private readonly config: ConfigService,
    private readonly metrics: MetricsService,
    private readonly readiness: ReadinessService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    const { file, injector, unknownVariables } = this.config.current;
    this.logger.info({ file: file ?? 'none', hash: injector.identity.configHash }, 'Configuration loaded');
    if (unknownVariables.length > 0) {
      this.logger.warn({ variables: unknownVariables }, 'Ignoring unknown environment variables');
    }
    this.#publish();
    // Always ready: the process does not start without a valid configuration, and an invalid one never replaces it.
    this.readiness.add('configuration', () => undefined);
    if (file === undefined) return;
    const onError = (error: Error) =>
      this.logger.warn({ error: error.message }, 'Cannot watch the configuration file; polling every 10 s');
    this.#watch = watchFiles([file], () => this.#reload(), { onError });
    this.#reload();
  }

  onApplicationShutdown(): void {
    this.#watch?.close();
  }

  #reload(): void {
    const reload = this.config.reload();
    this.metrics.configUsable.set(reload.result === 'failure' ? 0 : 1);
    if (reload.result === 'unchanged') {
      if (this.#failed) this.logger.info('The configuration file matches the active configuration again');
      this.#failed = false;
      return;
    }
    this.#failed = reload.result === 'failure';
    this.metrics.configReloads.inc({ result: reload.result });
    const hash = this.config.current.injector.identity.configHash;
    if (reload.result === 'failure') {
      const error = reload.error.message;
      this.logger.error(
        { hash, error },
        'Configuration reload failed; the last valid configuration stays active',
      );
      return;
    }
    this.#publish();
    this.logger.info({ hash }, 'Configuration reloaded');
    const settings = reload.restartNeeded;
    if (settings.length > 0)
      this.logger.warn({ settings }, 'Some changed settings need a restart to take effect');
  }

  #publish(): void {
    const { configuration, injector } = this.config.current;
    this.logger.level = configuration.log.level;
    this.metrics.configInfo.reset();
    this.metrics.configInfo.set({ hash: injector.identity.configHash }, 1);
  }
}
