import type { CertificatePair } from './certificate.js';
import type { ClientCa } from './client-ca.js';

/** The subset of Node's `tls.SecureContextOptions` that the webhook sets. */
export interface SecureContextOptions {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

/**
 * The TLS options for a pair. Use them for `https.createServer` and for `server.setSecureContext`: the latter resets
 * every option it is not given. A reload without `minVersion` would fall back to the default of the process, and one
 * without `ca` would accept the client certificates of every public CA.
 */
export function secureContextOptions(
  { cert, key }: CertificatePair,
  minVersion: SecureContextOptions['minVersion'],
  clientCa?: ClientCa,
): SecureContextOptions {
  return { cert, key, minVersion, ...(clientCa && { ca: clientCa.pem }) };
}
