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
 * What came of changed files: another pair is in use, they could not be used, or after such a failure they hold the pair in use
 * again.
 */
export type CertificateReload = 'success' | 'failure' | 'restored';

/** `current` is the pair in use after the attempt: the new one after a success, otherwise the old one. */
export type ReloadListener = (result: CertificateReload, current: CertificatePair) => void;

/** The pair in use. Once there is one it is only ever replaced by another that can be served. */
export class CertificateStore {
  readonly #options: CertificateStoreOptions;
  #current: CertificatePair | undefined;
  #broken = false;
  #watch: FileWatch | undefined;

  constructor(options: CertificateStoreOptions) {
    this.#options = options;
  }

  /** The pair in use; throws before {@link load} or {@link use}. */
  get current(): CertificatePair {
    if (this.#current === undefined) throw new Error('no certificate has been loaded yet');
    return this.#current;
  }

  /** Whether the certificate in use is within its dates; false if there is none. */
  validNow(now = Date.now()): boolean {
    return this.#current !== undefined && isValidAt(this.#current, now);
  }

  /**
   * The first load; throws a `CertificateError` if the files are missing or unusable. An expired pair is taken, since there is
   * no better one: the process is not ready, and can be asked why, until the files are renewed.
   */
  load(): CertificatePair {
    const pair = readPair(this.#options);
    this.use(pair);
    this.#say('The certificate was loaded', pair);
    return pair;
  }

  /** Takes a pair that does not come from the files, such as a self-signed one. Do not {@link watch} then. */
  use(pair: CertificatePair): void {
    this.#current = pair;
  }

  /**
   * Reloads when the files change, until {@link close}: a usable pair replaces the current one; anything else is logged and the
   * current one stays. The listener is told of both, and of files that hold the current pair again after a failure.
   */
  watch(onReload: ReloadListener): void {
    const { certPath, keyPath, log, debounceMs, recheckMs } = this.#options;
    const reload = () => this.#reload(onReload);
    this.close();
    this.#watch = watchFiles([certPath, keyPath], reload, {
      ...(debounceMs !== undefined && { debounceMs }),
      ...(recheckMs !== undefined && { recheckMs }),
      onError: (error) =>
        log.warn(
          { error: error.message },
          'The certificate files cannot be watched; they are re-read now and then',
        ),
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
      this.#complain((error as Error).message, current);
      onReload('failure', current);
      return;
    }
    const same = pair.cert === current.cert && pair.key === current.key;
    const restored = same && this.#broken;
    this.#broken = false;
    if (restored) {
      this.#say('The certificate files hold the pair in use again', pair);
      onReload('restored', pair);
    }
    if (same) return;
    this.use(pair);
    this.#say('The certificate was reloaded', pair);
    onReload('success', pair);
  }

  #readReplacement(current: CertificatePair): CertificatePair {
    const pair = readPair(this.#options);
    if (!isExpired(pair) || pair.cert === current.cert) return pair;
    throw new CertificateError(`${this.#options.certPath} expired on ${pair.notAfter.toISOString()}`);
  }

  #say(what: string, pair: CertificatePair): void {
    const { log, certPath } = this.#options;
    const { subjectAltNames, notBefore, notAfter, fingerprint256 } = pair;
    log.info({ certPath, subjectAltNames, notBefore, notAfter, fingerprint256 }, what);
    if (isExpired(pair)) log.error(`${certPath} expired on ${notAfter.toISOString()}`);
    if (notBefore.getTime() > Date.now()) {
      log.warn(
        `${certPath} is not valid before ${notBefore.toISOString()}; it is used all the same, since the clock of the API server decides`,
      );
    }
    if (subjectAltNames.length === 0) {
      log.warn(`${certPath} has no subject alternative names; the API server will not accept it`);
    }
  }

  #complain(reason: string, { notAfter, fingerprint256 }: CertificatePair): void {
    const { log, certPath, keyPath } = this.#options;
    log.error(
      { certPath, keyPath, fingerprint256, notAfter },
      `The certificate was not reloaded: ${reason}. The one in use stays, valid until ${notAfter.toISOString()}`,
    );
  }
}

function isExpired({ notAfter }: CertificatePair): boolean {
  return Date.now() > notAfter.getTime();
}
