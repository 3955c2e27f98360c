import type { CertificatePair } from './certificate.js';

export type MinVersion = 'TLSv1.2' | 'TLSv1.3';

export interface SecureContextOptions {
  readonly cert: string;
  readonly key: string;
  readonly minVersion: MinVersion;
}

/**
 * The TLS options of a pair, for `https.createServer` and for `server.setSecureContext` alike. Both take them from here because
 * `setSecureContext` resets whatever it is not given: without `minVersion` a reload would fall back to the default of the process.
 */
export function secureContextOptions(
  { cert, key }: CertificatePair,
  minVersion: MinVersion = 'TLSv1.2',
): SecureContextOptions {
  return { cert, key, minVersion };
}
