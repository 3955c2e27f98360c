import { existsSync } from 'node:fs';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { ConfigService } from '../config/config.service.js';
import { ReadinessService } from '../observability/health/readiness.service.js';
import { LOGGER } from '../observability/log/logger.js';
import { MetricsService } from '../observability/metrics/metrics.service.js';
import { type CertificateReload, CertificateStore } from './certificate-store.js';
import { type SecureContextOptions, secureContextOptions } from './secure-context.js';

/**
 * The webhook's certificate pair: from files, which it watches, or without files outside a cluster, self-signed in
 * memory.
 */
@Injectable()
export class CertificateService implements OnModuleInit, OnApplicationShutdown {
  readonly #store: CertificateStore;
  readonly #listeners: (() => void)[] = [];

  constructor(
    private readonly config: ConfigService,
    private readonly metrics: MetricsService,
    private readonly readiness: ReadinessService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const { cert, key } = config.current.configuration.tls;
    this.#store = new CertificateStore({ certPath: cert, keyPath: key, log: logger });
  }

  async onModuleInit(): Promise<void> {
    const { cert, key } = this.config.current.configuration.tls;
    if (this.config.cluster || existsSync(cert) || existsSync(key)) {
      this.#store.load();
      this.#store.watch((result) => this.#reloaded(result));
    } else {
      const { selfSignedPair } = await import('./self-signed.js'); // keeps its packages out of other starts
      this.#store.use(selfSignedPair());
      this.logger.warn(
        { cert },
        'No certificate files and no cluster: serving a self-signed certificate generated in memory',
      );
    }
    this.config.onChange(() => this.#changed());
    this.metrics.certificateExpiry.set(this.#store.current.notAfter.getTime() / 1000);
    this.readiness.add('certificate', () => {
      const { notBefore, notAfter } = this.#store.current;
      if (this.#store.validNow()) return undefined;
      return `valid from ${notBefore.toISOString()} to ${notAfter.toISOString()}`;
    });
  }

  onApplicationShutdown(): void {
    this.#store.close();
  }

  /** For `https.createServer` and, on reload, `server.setSecureContext`. */
  get secureContext(): SecureContextOptions {
    return secureContextOptions(this.#store.current, this.config.current.configuration.tls.minVersion);
  }

  /** Calls the listener when another certificate or minimum TLS version becomes active. */
  onReload(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #reloaded(result: CertificateReload): void {
    this.metrics.certificateUsable.set(result === 'success' || result === 'restored' ? 1 : 0);
    if (result === 'restored') return;
    this.metrics.certificateReloads.inc({ result });
    if (result === 'success') this.#changed();
  }

  #changed(): void {
    this.metrics.certificateExpiry.set(this.#store.current.notAfter.getTime() / 1000);
    for (const listener of this.#listeners) listener();
  }
}
