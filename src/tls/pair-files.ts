import { type CertificatePair, type PairPaths, readPair } from './certificate.js';
import type { StoredFiles } from './stored-files.js';

/** The files of the webhook's pair. */
export function pairFiles(paths: PairPaths): StoredFiles<CertificatePair> {
  const { certPath, keyPath } = paths;
  return {
    name: 'Certificate',
    paths: [certPath, keyPath],
    read: () => readPair(paths),
    fields: ({ subjectAltNames, notBefore, notAfter, fingerprint256 }) => ({
      certPath,
      keyPath,
      subjectAltNames,
      notBefore,
      notAfter,
      fingerprint256,
    }),
    warning: ({ subjectAltNames }) =>
      subjectAltNames.length === 0
        ? `${certPath} has no subject alternative names; the API server will reject it`
        : undefined,
  };
}
