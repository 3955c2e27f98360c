import { createPrivateKey } from 'node:crypto';
import { DAY_MS, makePair, type PemPair } from '../../http/tls/pairs.js';
import type { Cluster } from '../cluster.js';
import { RELEASE } from '../release.js';
import { Replicas } from '../replicas.js';

/** A certificate pair for the webhook, issued by the release's CA, that expires at a time, which may be past. */
export async function certificateUntil(cluster: Cluster, end: Date): Promise<PemPair> {
  const { data } = await cluster.get('secret', `${RELEASE}-ca`, '--namespace', RELEASE);
  const [cert, key] = ['tls.crt', 'tls.key'].map((name) => Buffer.from(data[name], 'base64').toString());
  const issuer = { cert: cert as string, key: asPkcs8(key as string) };
  const notBefore = new Date(end.getTime() - DAY_MS);
  return makePair({ hosts: [`${RELEASE}.${RELEASE}.svc`], notBefore, days: 1, issuer });
}

/** Writes a certificate pair to the release's Secret, and makes the kubelet update the replicas' volumes. */
export async function replaceCertificate(cluster: Cluster, { cert, key }: PemPair): Promise<void> {
  const data = { 'tls.crt': encoded(cert), 'tls.key': encoded(key) };
  const patch = JSON.stringify({ data });
  await cluster.kubectl('patch', 'secret', `${RELEASE}-tls`, '--namespace', RELEASE, '--patch', patch);
  await new Replicas(cluster).nudge();
}

function asPkcs8(key: string): string {
  return createPrivateKey(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}
