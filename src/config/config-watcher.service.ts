import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { type FileWatch, watchFiles } from '../files/file-watcher.js';
import { ReadinessService } from '../observability/health/readiness.service.js';
import { LOGGER } from '../observability/log/logger.js';
import { MetricsService } from '../observability/metrics/metrics.service.js';
import { ConfigService } from './config.service.js';

/** Follows the configuration file: a good change takes effect without a restart, a bad one is reported. */
@Injectable()
export class ConfigWatcher implements OnModuleInit, OnApplicationShutdown {
  #watch: FileWatch | undefined;
  #broken = false;

  constructor(
    private readonly config: ConfigService,
    private readonly metrics: MetricsService,
    private readonly readiness: ReadinessService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    const { file, injector, unknownVariables } = this.config.current;
    this.logger.info(
      { file: file ?? 'none', hash: injector.identity.configHash },
      'The configuration was loaded',
    );
    if (unknownVariables.length > 0) {
      this.logger.warn({ variables: unknownVariables }, 'These environment variables are no settings');
    }
    this.#publish();
    this.readiness.add('configuration', () => undefined); // there is no service without one, and a bad one never replaces it
    if (file === undefined) return;
    const onError = (error: Error) =>
      this.logger.warn(
        { error: error.message },
        'The configuration file cannot be watched; it is re-read now and then',
      );
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
      if (this.#broken) this.logger.info('The configuration file holds the configuration in use again');
      this.#broken = false;
      return;
    }
    this.#broken = reload.result === 'failure';
    this.metrics.configReloads.inc({ result: reload.result });
    const hash = this.config.current.injector.identity.configHash;
    if (reload.result === 'failure') {
      const error = reload.error.message;
      this.logger.error(
        { hash, error },
        'The configuration was not reloaded; the last good one stays in use',
      );
      return;
    }
    this.#publish();
    this.logger.info({ hash }, 'The configuration was reloaded');
    const settings = reload.restartNeeded;
    if (settings.length > 0) this.logger.warn({ settings }, 'These settings take effect after a restart');
  }

  #publish(): void {
    const { configuration, injector } = this.config.current;
    this.logger.level = configuration.log.level;
    this.metrics.configInfo.reset();
    this.metrics.configInfo.set({ hash: injector.identity.configHash }, 1);
  }
}
