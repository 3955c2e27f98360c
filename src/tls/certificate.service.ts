import { existsSync } from 'node:fs';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { ConfigService } from '../config/config.service.js';
import { ReadinessService } from '../observability/health/readiness.service.js';
import { LOGGER } from '../observability/log/logger.js';
import { MetricsService } from '../observability/metrics/metrics.service.js';
import type { CertificatePair, Validity } from './certificate.js';
import { type CertificateReload, CertificateStore } from './certificate-store.js';
import { type ClientCa, clientCaFile } from './client-ca.js';
import { pairFiles } from './pair-files.js';
import { type SecureContextOptions, secureContextOptions } from './secure-context.js';

/**
 * The webhook's certificate pair: from files, which it watches, or without files outside a cluster, self-signed in
 * memory. With `webhook.clientCa`, also the CAs of the client certificates that it then requires.
 */
@Injectable()
export class CertificateService implements OnModuleInit, OnApplicationShutdown {
  readonly #pair: CertificateStore<CertificatePair>;
  readonly #clientCa: CertificateStore<ClientCa> | undefined;
  readonly #unusable = new Set<object>();
  readonly #listeners: (() => void)[] = [];

  constructor(
    private readonly config: ConfigService,
    private readonly metrics: MetricsService,
    private readonly readiness: ReadinessService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const { tls, webhook } = config.current.configuration;
    const files = pairFiles({ certPath: tls.cert, keyPath: tls.key });
    this.#pair = new CertificateStore({ files, log: logger });
    if (webhook.clientCa !== undefined) {
      this.#clientCa = new CertificateStore({ files: clientCaFile(webhook.clientCa), log: logger });
    }
  }

  async onModuleInit(): Promise<void> {
    const { cert, key } = this.config.current.configuration.tls;
    if (this.config.cluster || existsSync(cert) || existsSync(key)) {
      this.#follow(this.#pair);
    } else {
      const { selfSignedPair } = await import('./self-signed.js'); // keeps its packages out of other starts
      this.#pair.use(selfSignedPair());
      this.logger.warn(
        { cert },
        'No certificate files and no cluster: serving a self-signed certificate generated in memory',
      );
    }
    const clientCa = this.#clientCa;
    if (clientCa !== undefined) {
      this.#follow(clientCa);
      this.readiness.add('client-ca', () => invalidity(clientCa));
    }
    this.config.onChange(() => this.#changed());
    this.#publishExpiry();
    this.readiness.add('certificate', () => invalidity(this.#pair));
  }

  onApplicationShutdown(): void {
    this.#pair.close();
    this.#clientCa?.close();
  }

  /** For `https.createServer` and, on reload, `server.setSecureContext`. */
  get secureContext(): SecureContextOptions {
    const { minVersion } = this.config.current.configuration.tls;
    return secureContextOptions(this.#pair.current, minVersion, this.#clientCa?.current);
  }

  /** PEM: the active certificate, then its chain. */
  get chain(): string {
    return this.#pair.current.cert;
  }

  /** Whether clients must present a certificate. This does not change. */
  get requiresClientCertificate(): boolean {
    return this.#clientCa !== undefined;
  }

  /** Calls the listener when another certificate, client CA, or minimum TLS version becomes active. */
  onReload(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #follow<T extends Validity>(store: CertificateStore<T>): void {
    store.load();
    store.watch((result) => this.#reloaded(store, result));
  }

  #reloaded<T extends Validity>(store: CertificateStore<T>, result: CertificateReload): void {
    const isUsable = result === 'success' || result === 'restored';
    if (isUsable) this.#unusable.delete(store);
    else this.#unusable.add(store);
    this.metrics.certificateUsable.set(this.#unusable.size === 0 ? 1 : 0);
    if (result === 'restored') return;
    this.metrics.certificateReloads.inc({ result });
    if (result === 'success') this.#changed();
  }

  #changed(): void {
    this.#publishExpiry();
    for (const listener of this.#listeners) listener();
  }

  #publishExpiry(): void {
    const active: (Validity | undefined)[] = [this.#pair.current, this.#clientCa?.current];
    const ends = active.flatMap((value) => value?.notAfter.getTime() ?? []);
    this.metrics.certificateExpiry.set(Math.min(...ends) / 1000);
  }
}

function invalidity<T extends Validity>(store: CertificateStore<T>): string | undefined {
  const { notBefore, notAfter } = store.current;
  return store.validNow() ? undefined : `valid from ${notBefore.toISOString()} to ${notAfter.toISOString()}`;
}
