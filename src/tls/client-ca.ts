import { createSecureContext } from 'node:tls';
import { CertificateError, certificates, readPem, type Validity } from './certificate.js';
import type { StoredFiles } from './stored-files.js';

/** The CAs whose client certificates the webhook accepts. Valid while any of them is. */
export interface ClientCa extends Validity {
  /** PEM, one or more certificates: two while one replaces the other. */
  readonly pem: string;
  readonly subjects: readonly string[];
}

/** The file of the client CAs. */
export function clientCaFile(path: string): StoredFiles<ClientCa> {
  return {
    name: 'Client CA',
    paths: [path],
    read: () => checkClientCa(readPem(path), path),
    fields: ({ subjects, notBefore, notAfter }) => ({ path, subjects, notBefore, notAfter }),
    warning: () => undefined,
  };
}

/** Checks the content of the file, except for the dates. Throws a `CertificateError`. */
export function checkClientCa(pem: string, path: string): ClientCa {
  const all = certificates(pem, path);
  try {
    createSecureContext({ ca: pem });
  } catch (error) {
    throw new CertificateError(`${path}: OpenSSL rejects the CA: ${(error as Error).message}`);
  }
  return {
    pem,
    subjects: all.map(({ subject }) => (subject ?? '').replaceAll('\n', ', ')),
    notBefore: new Date(Math.min(...all.map(({ validFrom }) => Date.parse(validFrom)))),
    notAfter: new Date(Math.max(...all.map(({ validTo }) => Date.parse(validTo)))),
  };
}
