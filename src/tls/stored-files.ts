import type { Validity } from './certificate.js';

/** What a store holds, and how it is read: a pair, or a client CA. */
export interface StoredFiles<T extends Validity> {
  /** Starts log messages: `Certificate`. */
  readonly name: string;
  /** Messages about dates name the first. */
  readonly paths: readonly [string, ...string[]];
  /** Throws a `CertificateError` if the files are missing or unusable. Does not check the dates. */
  read(): T;
  /** The fields for the log. */
  fields(value: T): object;
  /** What is wrong with a usable value, if anything. */
  warning(value: T): string | undefined;
}
