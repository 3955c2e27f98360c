import { hostname } from 'node:os';
import { type CertificatePair, checkPair } from './certificate.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A new pair for a laptop without a cluster, in memory only: ECDSA P-256, valid for a year, for localhost, its addresses and the
 * name of this machine. The package is loaded here, so that a start with a certificate does not pay for it.
 */
export async function selfSignedPair(): Promise<CertificatePair> {
  const { generate } = await import('selfsigned');
  const now = Date.now();
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'proxy-injector' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAY_MS),
    notAfterDate: new Date(now + 365 * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...hostNames().map((value) => ({ type: 2 as const, value })),
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return checkPair(cert, key, { certPath: 'the self-signed certificate', keyPath: 'its key' });
}

/** A dNSName is ASCII (RFC 5280, 4.2.1.6); a machine may be called anything. */
function hostNames(): string[] {
  return [...new Set(['localhost', hostname().toLowerCase()])].filter((name) => /^[\w.-]+$/.test(name));
}
