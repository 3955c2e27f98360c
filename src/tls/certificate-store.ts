import type { Logger } from 'pino';
import { type FileWatch, watchFiles } from '../files/file-watcher.js';
import { type CertificatePair, isValidAt, type PairPaths, readPair } from './certificate.js';

export interface CertificateStoreOptions extends PairPaths {
  readonly log: Logger;
  /** See `FileWatchOptions`. */
  readonly debounceMs?: number;
  readonly recheckMs?: number;
}

/**
 * The result of reading changed files. `success`: they hold another pair, which is now active. `failure`: they cannot
 * be used. `postponed`: they hold a pair that is not valid yet; a `success` follows once it is. `restored`: after a
 * failure or a postponement, they hold the active pair again.
 */
export type CertificateReload = 'success' | 'failure' | 'postponed' | 'restored';

/** `current` is the active pair after the reload: the new one after a success, otherwise the old one. */
export type ReloadListener = (result: CertificateReload, current: CertificatePair) => void;

/** Holds the active pair. Once there is one, only another usable pair replaces it. */
export class CertificateStore {
  readonly #options: CertificateStoreOptions;
  #current: CertificatePair | undefined;
  /** Whether the files do not hold the active pair. */
  #differs = false;
  #watch: FileWatch | undefined;
  #retry: NodeJS.Timeout | undefined;

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
   * logged and the last valid pair stays active. A pair that is not valid yet waits for its time, unless the active one
   * is not valid either. The listener is called with every result.
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
    clearInterval(this.#retry);
  }

  #reload(onReload: ReloadListener): void {
    clearInterval(this.#retry);
    const { current } = this;
    let pair: CertificatePair;
    try {
      pair = readPair(this.#options);
    } catch (error) {
      this.#reject((error as Error).message, onReload);
      return;
    }
    if (pair.cert !== current.cert || pair.key !== current.key) this.#replace(pair, onReload);
    else if (this.#differs) this.#restore(onReload);
  }

  #replace(pair: CertificatePair, onReload: ReloadListener): void {
    if (isExpired(pair) && pair.cert !== this.current.cert)
      this.#reject(expiry(this.#options, pair), onReload);
    else if (this.#mustWait(pair)) this.#postpone(pair, onReload);
    else this.#activate(pair, onReload);
  }

  #activate(pair: CertificatePair, onReload: ReloadListener): void {
    this.#differs = false;
    this.use(pair);
    this.#logPair('Certificate reloaded', pair);
    onReload('success', pair);
  }

  /** Asks the clock again and again instead of setting a timer for the moment, because the clock may jump. */
  #postpone(pair: CertificatePair, onReload: ReloadListener): void {
    const { log, certPath, keyPath, recheckMs = 10_000 } = this.#options;
    const { notBefore, notAfter, fingerprint256 } = pair;
    this.#differs = true;
    log.warn(
      { certPath, keyPath, notBefore, notAfter, fingerprint256 },
      `${certPath} is not valid before ${notBefore.toISOString()}; the active pair stays in use until then`,
    );
    onReload('postponed', this.current);
    this.#retry = setInterval(() => {
      if (this.#mustWait(pair)) return;
      clearInterval(this.#retry);
      this.#replace(pair, onReload);
    }, recheckMs).unref();
  }

  #restore(onReload: ReloadListener): void {
    this.#differs = false;
    this.#logPair('The certificate files match the active pair again', this.current);
    onReload('restored', this.current);
  }

  #mustWait({ notBefore }: CertificatePair): boolean {
    const now = Date.now();
    return notBefore.getTime() > now && this.validNow(now);
  }

  #logPair(message: string, pair: CertificatePair): void {
    const { log, certPath } = this.#options;
    const { subjectAltNames, notBefore, notAfter, fingerprint256 } = pair;
    log.info({ certPath, subjectAltNames, notBefore, notAfter, fingerprint256 }, message);
    if (isExpired(pair)) log.error(expiry(this.#options, pair));
    if (notBefore.getTime() > Date.now()) {
      log.warn(
        `${certPath} is not valid before ${notBefore.toISOString()}; serving it anyway: the API server checks its own clock`,
      );
    }
    if (subjectAltNames.length === 0) {
      log.warn(`${certPath} has no subject alternative names; the API server will reject it`);
    }
  }

  #reject(reason: string, onReload: ReloadListener): void {
    const { log, certPath, keyPath } = this.#options;
    const { notAfter, fingerprint256 } = this.current;
    this.#differs = true;
    log.error(
      { certPath, keyPath, fingerprint256, notAfter },
      `Certificate reload failed: ${reason}. The last valid pair stays active and expires on ${notAfter.toISOString()}`,
    );
    onReload('failure', this.current);
  }
}

function expiry({ certPath }: PairPaths, { notAfter }: CertificatePair): string {
  return `${certPath} expired on ${notAfter.toISOString()}`;
}

function isExpired({ notAfter }: CertificatePair): boolean {
  return Date.now() > notAfter.getTime();
}
