import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** PEM, as in the two files of a Secret of type kubernetes.io/tls. */
export interface PemPair {
  readonly cert: string;
  readonly key: string;
}

export interface PairOptions {
  readonly commonName?: string;
  readonly organization?: string;
  /** DNS names and IP addresses. If empty, the certificate has no subject alternative names. */
  readonly hosts?: readonly string[];
  /** The start of the validity period; a minute ago by default. */
  readonly notBefore?: Date;
  /** The length of the validity period. */
  readonly days?: number;
  /** Whether it can sign other certificates. */
  readonly ca?: boolean;
  /** The pair that signs it; self-signed by default. */
  readonly issuer?: PemPair;
  /** Encrypts the key. */
  readonly passphrase?: string;
}

export const DAY_MS = 24 * 60 * 60 * 1000;

/** Generates a certificate and key (ECDSA P-256), by default for localhost. */
export async function makePair({
  commonName = 'localhost',
  organization,
  hosts = ['localhost', '127.0.0.1', '::1'],
  notBefore = new Date(Date.now() - 60_000),
  days = 1,
  ca = false,
  issuer,
  passphrase,
}: PairOptions = {}): Promise<PemPair> {
  const altNames = hosts.map((host) =>
    isIP(host) ? { type: 7 as const, ip: host } : { type: 2 as const, value: host },
  );
  const subject = [
    { name: 'commonName', value: commonName },
    ...(organization === undefined ? [] : [{ name: 'organizationName', value: organization }]),
  ];
  const { cert, private: key } = await generate(subject, {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: notBefore,
    notAfterDate: new Date(notBefore.getTime() + days * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: ca, critical: true },
      ...(hosts.length > 0 ? [{ name: 'subjectAltName' as const, altNames }] : []),
    ],
    ...(issuer && { ca: issuer }),
    ...(passphrase !== undefined && { passphrase }),
  });
  return { cert: `${cert}\n`, key };
}
