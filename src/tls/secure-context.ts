import type { CertificatePair } from './certificate.js';

/** The part of Node's `tls.SecureContextOptions` that we set. */
export interface SecureContextOptions {
  readonly cert: string;
  readonly key: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

/**
 * The TLS options of a pair, for `https.createServer` and for `server.setSecureContext` alike. Both take them from here because
 * `setSecureContext` resets whatever it is not given: without `minVersion` a reload would fall back to the default of the process.
 */
export function secureContextOptions(
  { cert, key }: CertificatePair,
  minVersion: SecureContextOptions['minVersion'],
): SecureContextOptions {
  return { cert, key, minVersion };
}
