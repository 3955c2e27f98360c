import type { Logger } from 'pino';
import { isExpired, type Validity } from './certificate.js';
import type { StoredFiles } from './stored-files.js';

/** Reports what a store does with its files. */
export class CertificateLog<T extends Validity> {
  constructor(
    private readonly files: StoredFiles<T>,
    private readonly log: Logger,
  ) {}

  /** `what` completes the sentence that starts with the name. */
  use(what: string, value: T): void {
    this.log.info(this.files.fields(value), `${this.files.name} ${what}`);
    if (isExpired(value)) this.log.error(this.expiry(value));
    if (value.notBefore.getTime() > Date.now()) {
      this.log.warn(`${this.#start(value)}; using it anyway: the API server checks its own clock`);
    }
    const warning = this.files.warning(value);
    if (warning !== undefined) this.log.warn(warning);
  }

  postponed(value: T): void {
    this.log.warn(this.files.fields(value), `${this.#start(value)}; the active one stays in use until then`);
  }

  failure(reason: string, active: T): void {
    const end = active.notAfter.toISOString();
    this.log.error(
      this.files.fields(active),
      `${this.files.name} reload failed: ${reason}. The last valid one stays active and expires on ${end}`,
    );
  }

  unwatched(error: Error): void {
    this.log.warn({ error: error.message }, 'Cannot watch the certificate files; polling every 10 s');
  }

  expiry({ notAfter }: T): string {
    return `${this.files.paths[0]} expired on ${notAfter.toISOString()}`;
  }

  #start({ notBefore }: T): string {
    return `${this.files.paths[0]} is not valid before ${notBefore.toISOString()}`;
  }
}
