import { generateKeyPairSync } from 'node:crypto';
import { makePair, type PairOptions, type PemPair } from '../../http/tls/pairs.js';
import type { Sandbox } from './sandbox.js';

/** The CA that signs all certificates of a cluster. */
export class CertificateAuthority {
  private constructor(
    readonly sandbox: Sandbox,
    readonly pair: PemPair,
    /** The path of its certificate. */
    readonly file: string,
  ) {}

  static async create(sandbox: Sandbox): Promise<CertificateAuthority> {
    const pair = await makePair({ commonName: 'cluster-ca', hosts: [], ca: true, days: 7 });
    return new CertificateAuthority(sandbox, pair, sandbox.write('pki/ca.crt', pair.cert));
  }

  /** Issues a certificate; returns the paths of the certificate and its key. */
  async issue(name: string, options: PairOptions): Promise<{ readonly cert: string; readonly key: string }> {
    const { cert, key } = await makePair({ hosts: [], days: 7, ...options, issuer: this.pair });
    return {
      cert: this.sandbox.write(`pki/${name}.crt`, cert),
      key: this.sandbox.write(`pki/${name}.key`, key),
    };
  }

  /** Creates the key pair for ServiceAccount tokens; returns the paths of its two halves. */
  serviceAccountKey(): { readonly public: string; readonly private: string } {
    const { publicKey, privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    return {
      public: this.sandbox.write('pki/service-accounts.pub', publicKey),
      private: this.sandbox.write('pki/service-accounts.key', privateKey),
    };
  }

  /** Writes a kubeconfig with a new client certificate; returns its path. `system:masters` may do everything. */
  async kubeconfig(name: string, server: string, user: PairOptions): Promise<string> {
    const { cert, key } = await this.issue(name, user);
    const cluster = { server, 'certificate-authority': this.file };
    return this.sandbox.write(
      `${name}.kubeconfig`,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'cluster', cluster }],
        users: [{ name, user: { 'client-certificate': cert, 'client-key': key } }],
        contexts: [{ name, context: { cluster: 'cluster', user: name } }],
        'current-context': name,
      }),
    );
  }
}
