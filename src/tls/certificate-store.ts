import type { Logger } from 'pino';
import { type FileWatch, watchFiles } from '../files/file-watcher.js';
import {
  CertificateError,
  type CertificatePair,
  isValidAt,
  type PairPaths,
  readPair,
} from './certificate.js';

export interface CertificateStoreOptions extends PairPaths {
  readonly log: Logger;
  /** See `FileWatchOptions`. */
  readonly debounceMs?: number;
  readonly recheckMs?: number;
}

/**
 * The result of reading changed files. `success`: they hold another pair, which is now active. `failure`: they cannot
 * be used. `restored`: after a failure, they hold the active pair again.
 */
export type CertificateReload = 'success' | 'failure' | 'restored';

/** `current` is the active pair after the reload: the new one after a success, otherwise the old one. */
export type ReloadListener = (result: CertificateReload, current: CertificatePair) => void;

/** Holds the active pair. Once there is one, only another usable pair replaces it. */
export class CertificateStore {
  readonly #options: CertificateStoreOptions;
  #current: CertificatePair | undefined;
  #broken = false;
  #watch: FileWatch | undefined;

  constructor(options: CertificateStoreOptions) {
    this.#options = options;
  }

  /** The active pair. Throws before {@link load} or {@link use}. */
  get current(): CertificatePair {
    if (this.#current === undefined) throw new Error('no certificate loaded yet');
    return this.#current;
  }

  /** Whether the active certificate is within its validity period; false if there is none. */
  validNow(now = Date.now()): boolean {
    return this.#current !== undefined && isValidAt(this.#current, now);
  }

  /**
   * Reads the files for the first time. Throws a `CertificateError` if they are missing or unusable. Accepts an expired
   * pair, because there is no better one: until the files are renewed the process runs unready, and `/readyz` says why.
   */
  load(): CertificatePair {
    const pair = readPair(this.#options);
    this.use(pair);
    this.#logPair('Certificate loaded', pair);
    return pair;
  }

  /** Uses a pair that is not in the files, such as a self-signed one. Do not {@link watch} the files then. */
  use(pair: CertificatePair): void {
    this.#current = pair;
  }

  /**
   * Reloads when the files change, until {@link close}. A usable pair replaces the active one; otherwise the error is
   * logged and the last valid pair stays active. The listener is called in both cases, and when the files hold the
   * active pair again after a failure.
   */
  watch(onReload: ReloadListener): void {
    const { certPath, keyPath, log, debounceMs, recheckMs } = this.#options;
    const reload = () => this.#reload(onReload);
    this.close();
    this.#watch = watchFiles([certPath, keyPath], reload, {
      ...(debounceMs !== undefined && { debounceMs }),
      ...(recheckMs !== undefined && { recheckMs }),
      onError: (error) =>
        log.warn({ error: error.message }, 'Cannot watch the certificate files; polling every 10 s'),
    });
    reload();
  }

  close(): void {
    this.#watch?.close();
    this.#watch = undefined;
  }

  #reload(onReload: ReloadListener): void {
    const current = this.current;
    let pair: CertificatePair;
    try {
      pair = this.#readReplacement(current);
    } catch (error) {
      this.#broken = true;
      this.#logFailure((error as Error).message, current);
      onReload('failure', current);
      return;
    }
    const same = pair.cert === current.cert && pair.key === current.key;
    const restored = same && this.#broken;
    this.#broken = false;
    if (restored) {
      this.#logPair('The certificate files match the active pair again', pair);
      onReload('restored', pair);
    }
    if (same) return;
    this.use(pair);
    this.#logPair('Certificate reloaded', pair);
    onReload('success', pair);
  }

  #readReplacement(current: CertificatePair): CertificatePair {
    const pair = readPair(this.#options);
    if (!isExpired(pair) || pair.cert === current.cert) return pair;
    throw new CertificateError(`${this.#options.certPath} expired on ${pair.notAfter.toISOString()}`);
  }

  #logPair(message: string, pair: CertificatePair): void {
    const { log, certPath } = this.#options;
    const { subjectAltNames, notBefore, notAfter, fingerprint256 } = pair;
    log.info({ certPath, subjectAltNames, notBefore, notAfter, fingerprint256 }, message);
    if (isExpired(pair)) log.error(`${certPath} expired on ${notAfter.toISOString()}`);
    if (notBefore.getTime() > Date.now()) {
      log.warn(
        `${certPath} is not valid before ${notBefore.toISOString()}; serving it anyway: the API server checks its own clock`,
      );
    }
    if (subjectAltNames.length === 0) {
      log.warn(`${certPath} has no subject alternative names; the API server will reject it`);
    }
  }

  #logFailure(reason: string, { notAfter, fingerprint256 }: CertificatePair): void {
    const { log, certPath, keyPath } = this.#options;
    log.error(
      { certPath, keyPath, fingerprint256, notAfter },
      `Certificate reload failed: ${reason}. The last valid pair stays active and expires on ${notAfter.toISOString()}`,
    );
  }
}

function isExpired({ notAfter }: CertificatePair): boolean {
  return Date.now() > notAfter.getTime();
}
