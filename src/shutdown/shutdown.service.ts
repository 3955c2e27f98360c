import { setTimeout as sleep } from 'node:timers/promises';
import { type INestApplicationContext, Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { ConfigService } from '../config/config.service.js';
import { ReadinessService } from '../observability/health/readiness.service.js';
import { LOGGER } from '../observability/log/logger.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * The end of the process: unready at once, then it serves on for `shutdown.drainSeconds` (endpoints take a moment to lose us; every
 * answer says `Connection: close`), then it closes and ends with 0. A second signal ends it there and then, with 1.
 */
@Injectable()
export class ShutdownService {
  #draining = false;

  constructor(
    private readonly config: ConfigService,
    readiness: ReadinessService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    readiness.add('shutdown', () => (this.#draining ? 'shutting down' : undefined));
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** From now on a signal ends the application and then, with its exit code, the process. */
  handleSignals(application: INestApplicationContext, exit: (code: number) => void): void {
    for (const signal of SIGNALS) process.on(signal, () => this.#onSignal(signal, application, exit));
  }

  #onSignal(signal: string, application: INestApplicationContext, exit: (code: number) => void): void {
    if (this.#draining) {
      this.logger.warn({ signal }, 'A second signal: ending now');
      exit(1);
      return;
    }
    this.#draining = true;
    this.#drain(signal, application).then(
      () => exit(0),
      (error: unknown) => {
        this.logger.error({ err: error }, 'The shutdown failed');
        exit(1);
      },
    );
  }

  async #drain(signal: string, application: INestApplicationContext): Promise<void> {
    const { drainSeconds } = this.config.current.configuration.shutdown;
    this.logger.info(
      { signal, drainSeconds },
      'Shutting down: serving on for a while; a second signal ends it now',
    );
    await sleep(drainSeconds * 1000);
    await application.close();
    this.logger.info('Stopped');
  }
}
