import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { MAX_MOUNTED_BYTES, readBounded } from '../files/bounded-file.js';

/** The files of a certificate pair. */
export interface PairPaths {
  readonly certPath: string;
  readonly keyPath: string;
}

/** A validity period, which includes both ends (RFC 5280, 4.1.2.5). */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A certificate with its chain and the matching private key, accepted by OpenSSL. */
export interface CertificatePair extends Validity {
  /** PEM: the leaf, then its chain. */
  readonly cert: string;
  /** PEM, not encrypted. */
  readonly key: string;
  /** As OpenSSL prints them: `DNS:localhost`, `IP Address:127.0.0.1`. */
  readonly subjectAltNames: readonly string[];
  /** SHA-256 of the leaf, in upper-case hex with colons. */
  readonly fingerprint256: string;
}

/** A pair that cannot be used. The message names the file and the problem, and never contains key material. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

/** Reads and checks a pair. Throws a {@link CertificateError}. Does not check the dates: see {@link isValidAt}. */
export function readPair(paths: PairPaths): CertificatePair {
  return checkPair(readPem(paths.certPath), readPem(paths.keyPath), paths);
}

/** Like {@link readPair}, but takes the content of both files. The paths are only used in messages. */
export function checkPair(cert: string, key: string, { certPath, keyPath }: PairPaths): CertificatePair {
  const [leaf, ...chain] = certificates(cert, certPath);
  const privateKey = parseKey(key, keyPath);
  if (!leaf.checkPrivateKey(privateKey)) throw mismatch(chain, privateKey, certPath, keyPath);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new CertificateError(
      `${certPath} and ${keyPath}: OpenSSL rejects this pair: ${opensslCode(error)}`,
    );
  }
  return {
    cert,
    key,
    notBefore: new Date(leaf.validFrom),
    notAfter: new Date(leaf.validTo),
    subjectAltNames: leaf.subjectAltName?.split(', ') ?? [],
    fingerprint256: leaf.fingerprint256,
  };
}

/** Whether the time `now` is within the validity period. */
export function isValidAt({ notBefore, notAfter }: Validity, now: number): boolean {
  return notBefore.getTime() <= now && now <= notAfter.getTime();
}

/** Whether the validity period has ended. */
export function isExpired({ notAfter }: Validity): boolean {
  return Date.now() > notAfter.getTime();
}

/** Reads a file. Throws a {@link CertificateError}. */
export function readPem(path: string): string {
  try {
    return readBounded(path, MAX_MOUNTED_BYTES).toString();
  } catch (error) {
    throw new CertificateError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** All certificates in the text of a file. Throws a {@link CertificateError} if there is none, or one is garbled. */
export function certificates(text: string, path: string): [X509Certificate, ...X509Certificate[]] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----.*?(?:-----END CERTIFICATE-----|$)/gs) ?? [];
  const [leaf, ...chain] = blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      const which = blocks.length === 1 ? 'the certificate' : `certificate ${index + 1} of ${blocks.length}`;
      throw new CertificateError(`${path}: cannot parse ${which}: ${opensslCode(error)}`);
    }
  });
  if (leaf === undefined)
    throw new CertificateError(`${path}: expected a PEM certificate, got ${found(text)}`);
  return [leaf, ...chain];
}

function parseKey(text: string, path: string): KeyObject {
  if (/-----BEGIN ENCRYPTED|^Proc-Type:.*ENCRYPTED/m.test(text)) {
    throw new CertificateError(`${path}: expected an unencrypted private key, got one with a passphrase`);
  }
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new CertificateError(`${path}: expected a PEM private key, got ${found(text)}`);
  }
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw new CertificateError(`${path}: cannot parse the private key: ${opensslCode(error)}`);
  }
}

/** Describes the content without showing any of it. */
function found(text: string): string {
  if (text.trim() === '') return 'an empty file';
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1];
  return label === undefined ? 'no PEM block' : label;
}

function mismatch(
  chain: readonly X509Certificate[],
  key: KeyObject,
  certPath: string,
  keyPath: string,
): CertificateError {
  const index = chain.findIndex((certificate) => certificate.checkPrivateKey(key));
  return new CertificateError(
    index < 0
      ? `the private key in ${keyPath} does not match the certificate in ${certPath}`
      : `${certPath}: expected the leaf certificate first, but the private key in ${keyPath} matches certificate ${index + 2}`,
  );
}

/** The code of an OpenSSL error. Without one the message is a code too. Neither contains any input. */
function opensslCode(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
