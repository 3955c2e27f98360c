import { setTimeout as sleep } from 'node:timers/promises';
import { type INestApplicationContext, Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { ConfigService } from '../config/config.service.js';
import { ReadinessService } from '../observability/health/readiness.service.js';
import { LOGGER } from '../observability/log/logger.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** How to end the process with an exit code: after the log is written, or without waiting for anything. */
export interface Exits {
  exit(code: number): void;
  exitNow(code: number): void;
}

/**
 * Shuts the process down gracefully. It becomes unready at once, keeps serving for `shutdown.drainSeconds` with
 * `Connection: close` on every response (removing a replica from the Service's endpoints takes a moment), then closes
 * and exits with 0. A second signal exits with 1 immediately.
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

  /** Shuts down on SIGTERM or SIGINT. */
  handleSignals(application: INestApplicationContext, exits: Exits): void {
    for (const signal of SIGNALS) process.on(signal, () => this.#onSignal(signal, application, exits));
  }

  #onSignal(signal: string, application: INestApplicationContext, { exit, exitNow }: Exits): void {
    if (this.#draining) {
      this.logger.warn({ signal }, 'Received a second signal; exiting now');
      exitNow(1);
      return;
    }
    this.#draining = true;
    this.#drain(signal, application).then(
      () => exit(0),
      (error: unknown) => {
        this.logger.error({ err: error }, 'Shutdown failed');
        exit(1);
      },
    );
  }

  async #drain(signal: string, application: INestApplicationContext): Promise<void> {
    const { drainSeconds } = this.config.current.configuration.shutdown;
    this.logger.info(
      { signal, drainSeconds },
      'Shutting down: draining first; send a second signal to exit now',
    );
    await sleep(drainSeconds * 1000);
    await application.close();
    this.logger.info('Stopped');
  }
}
