import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { type FileWatch, watchFiles } from '../files/file-watcher.js';
import { isExpired, isValidAt, type Validity } from './certificate.js';
import { CertificateLog } from './certificate-log.js';
import type { StoredFiles } from './stored-files.js';

export interface CertificateStoreOptions<T extends Validity> {
  readonly files: StoredFiles<T>;
  readonly log: Logger;
  /** See `FileWatchOptions`. */
  readonly debounceMs?: number;
  readonly recheckMs?: number;
}

/**
 * The result of reading changed files. `success`: they hold another value, which is now active. `failure`: they cannot
 * be used. `postponed`: they hold one that is not valid yet; a `success` follows once it is. `restored`: after a
 * failure or a postponement, they hold the active one again.
 */
export type CertificateReload = 'success' | 'failure' | 'postponed' | 'restored';

/** `current` is what is active after the reload: the new value after a success, otherwise the old one. */
export type ReloadListener<T> = (result: CertificateReload, current: T) => void;

/** Holds the active pair or CA. Once there is one, only another usable one replaces it. */
export class CertificateStore<T extends Validity> {
  readonly #options: CertificateStoreOptions<T>;
  readonly #log: CertificateLog<T>;
  #current: T | undefined;
  /** Whether the files do not hold what is active. */
  #differs = false;
  #watch: FileWatch | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: CertificateStoreOptions<T>) {
    this.#options = options;
    this.#log = new CertificateLog(options.files, options.log);
  }

  /** What is active. Throws before {@link load} or {@link use}. */
  get current(): T {
    if (this.#current === undefined) throw new Error('no certificate loaded yet');
    return this.#current;
  }

  /** Whether what is active is within its validity period; false if there is nothing. */
  validNow(now = Date.now()): boolean {
    return this.#current !== undefined && isValidAt(this.#current, now);
  }

  /**
   * Reads the files for the first time. Throws a `CertificateError` if they are missing or unusable. Accepts what is
   * expired or not valid yet, because there is nothing better: until then the process runs unready, and `/readyz` says
   * why.
   */
  load(): T {
    const value = this.#options.files.read();
    this.use(value);
    this.#log.use('loaded', value);
    return value;
  }

  /** Uses a value that is not in the files, such as a self-signed pair. Do not {@link watch} the files then. */
  use(value: T): void {
    this.#current = value;
  }

  /**
   * Reloads when the files change, until {@link close}. A usable value replaces the active one; otherwise the error is
   * logged and the last valid one stays active. One that is not valid yet waits for its time, unless the active one is
   * not valid either. The listener is called with every result.
   */
  watch(onReload: ReloadListener<T>): void {
    const { files, debounceMs, recheckMs } = this.#options;
    const reload = () => this.#reload(onReload);
    this.close();
    this.#watch = watchFiles(files.paths, reload, {
      ...(debounceMs !== undefined && { debounceMs }),
      ...(recheckMs !== undefined && { recheckMs }),
      onError: (error) => this.#log.unwatched(error),
    });
    reload();
  }

  close(): void {
    this.#watch?.close();
    this.#watch = undefined;
    clearInterval(this.#retry);
  }

  #reload(onReload: ReloadListener<T>): void {
    clearInterval(this.#retry);
    let value: T;
    try {
      value = this.#options.files.read();
    } catch (error) {
      this.#reject((error as Error).message, onReload);
      return;
    }
    if (!isDeepStrictEqual(value, this.current)) this.#replace(value, onReload);
    else if (this.#differs) this.#restore(onReload);
  }

  #replace(value: T, onReload: ReloadListener<T>): void {
    if (isExpired(value)) this.#reject(this.#log.expiry(value), onReload);
    else if (this.#mustWait(value)) this.#postpone(value, onReload);
    else this.#activate(value, onReload);
  }

  #activate(value: T, onReload: ReloadListener<T>): void {
    this.#differs = false;
    this.use(value);
    this.#log.use('reloaded', value);
    onReload('success', value);
  }

  /** Asks the clock again and again instead of setting a timer for the moment, because the clock may jump. */
  #postpone(value: T, onReload: ReloadListener<T>): void {
    this.#differs = true;
    this.#log.postponed(value);
    onReload('postponed', this.current);
    this.#retry = setInterval(() => {
      if (this.#mustWait(value)) return;
      clearInterval(this.#retry);
      this.#replace(value, onReload);
    }, this.#options.recheckMs ?? 10_000).unref();
  }

  #restore(onReload: ReloadListener<T>): void {
    this.#differs = false;
    this.#log.use('matches its files again', this.current);
    onReload('restored', this.current);
  }

  #mustWait({ notBefore }: T): boolean {
    const now = Date.now();
    return notBefore.getTime() > now && this.validNow(now);
  }

  #reject(reason: string, onReload: ReloadListener<T>): void {
    this.#differs = true;
    this.#log.failure(reason, this.current);
    onReload('failure', this.current);
  }
}
