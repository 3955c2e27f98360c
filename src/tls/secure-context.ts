import type { CertificatePair } from './certificate.js';

/** The subset of Node's `tls.SecureContextOptions` that the webhook sets. */
export interface SecureContextOptions {
  readonly cert: string;
  readonly key: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

/**
 * The TLS options for a pair. Use them for `https.createServer` and for `server.setSecureContext`: the latter resets
 * every option it is not given, so a reload without `minVersion` would fall back to the default of the process.
 */
export function secureContextOptions(
  { cert, key }: CertificatePair,
  minVersion: SecureContextOptions['minVersion'],
): SecureContextOptions {
  return { cert, key, minVersion };
}
