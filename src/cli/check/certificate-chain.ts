import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;

/** The certificates in a PEM text. Leaves out what cannot be parsed. */
export function certificatesIn(pem: string): X509Certificate[] {
  return (pem.match(BLOCK) ?? []).flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}

/**
 * Whether a certificate is one of the trusted ones, or leads to one by its chain. Go, and so the API server, accepts
 * any certificate of a CA bundle as a root: pkg.go.dev/crypto/x509#VerifyOptions. Ignores dates.
 */
export function isTrusted(
  [leaf, ...chain]: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
): boolean {
  let current = leaf;
  for (let steps = 0; current !== undefined && steps <= chain.length; steps += 1) {
    const certificate = current;
    if (trusted.some((root) => root.fingerprint256 === certificate.fingerprint256)) return true;
    if (trusted.some((root) => issued(root, certificate))) return true;
    current = chain.find((other) => other !== certificate && issued(other, certificate));
  }
  return false;
}

function issued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
