import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** Where a pair is read from. */
export interface PairPaths {
  readonly certPath: string;
  readonly keyPath: string;
}

/** A certificate with its chain and its private key, which belong together and which TLS can serve. */
export interface CertificatePair {
  /** PEM: the leaf, then its chain. */
  readonly cert: string;
  /** PEM, not encrypted. */
  readonly key: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** As OpenSSL prints them: `DNS:localhost`, `IP Address:127.0.0.1`. */
  readonly subjectAltNames: readonly string[];
  /** SHA-256 of the leaf, in upper-case hex with colons. */
  readonly fingerprint256: string;
}

/** A pair that cannot be used. The message names the file and says what is wrong; it holds nothing of the key. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

/** Reads and checks a pair; throws a {@link CertificateError}. The dates are not checked: see {@link isValidAt}. */
export function readPair(paths: PairPaths): CertificatePair {
  return checkPair(read(paths.certPath), read(paths.keyPath), paths);
}

/** Like {@link readPair} with the content of both files given; the paths are for the messages. */
export function checkPair(cert: string, key: string, { certPath, keyPath }: PairPaths): CertificatePair {
  const [leaf, ...chain] = certificates(cert, certPath);
  const privateKey = parseKey(key, keyPath);
  if (!leaf.checkPrivateKey(privateKey)) throw mismatch(chain, privateKey, certPath, keyPath);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new CertificateError(`${certPath} and ${keyPath}: TLS refuses this pair: ${opensslCode(error)}`);
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

/** Both ends are within the validity: RFC 5280, 4.1.2.5. */
export function isValidAt({ notBefore, notAfter }: CertificatePair, now: number): boolean {
  return notBefore.getTime() <= now && now <= notAfter.getTime();
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CertificateError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

function certificates(text: string, path: string): [X509Certificate, ...X509Certificate[]] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----.*?(?:-----END CERTIFICATE-----|$)/gs) ?? [];
  const [leaf, ...chain] = blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      const which = blocks.length === 1 ? 'the certificate' : `certificate ${index + 1} of ${blocks.length}`;
      throw new CertificateError(`${path}: ${which} is broken: ${opensslCode(error)}`);
    }
  });
  if (leaf === undefined) throw new CertificateError(`${path} holds no certificate in PEM${found(text)}`);
  return [leaf, ...chain];
}

function parseKey(text: string, path: string): KeyObject {
  if (/-----BEGIN ENCRYPTED|^Proc-Type:.*ENCRYPTED/m.test(text)) {
    throw new CertificateError(`${path}: the private key is encrypted; it has to be without a passphrase`);
  }
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new CertificateError(`${path} holds no private key in PEM${found(text)}`);
  }
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw new CertificateError(`${path}: the private key is broken: ${opensslCode(error)}`);
  }
}

/** What is there instead, so far as it can be told without showing it. */
function found(text: string): string {
  if (text.trim() === '') return ': it is empty';
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1];
  return label === undefined ? '' : `: it begins with ${label}`;
}

function mismatch(
  chain: readonly X509Certificate[],
  key: KeyObject,
  certPath: string,
  keyPath: string,
): CertificateError {
  const place = chain.findIndex((certificate) => certificate.checkPrivateKey(key));
  return new CertificateError(
    place < 0
      ? `the private key in ${keyPath} does not belong to the certificate in ${certPath}`
      : `${certPath}: the leaf has to come first, and the private key in ${keyPath} belongs to certificate ${place + 2}`,
  );
}

/** OpenSSL's errors have codes; their messages are codes too, and never hold input. */
function opensslCode(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
