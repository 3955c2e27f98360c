import { X509Certificate } from 'node:crypto';
import { until } from '../../support/until.js';
import type { Cluster } from '../cluster.js';
import { RELEASE } from '../release.js';

/** Makes cert-manager renew a Certificate of the release, as `cmctl renew` does, and waits for it. */
export async function renew(cluster: Cluster, name: string): Promise<void> {
  const certificate = ['certificate', name, '--namespace', RELEASE];
  const condition = {
    type: 'Issuing',
    status: 'True',
    reason: 'ManuallyTriggered',
    message: 'renewed by a test',
    lastTransitionTime: new Date().toISOString(),
  };
  const patch = JSON.stringify([{ op: 'add', path: '/status/conditions/-', value: condition }]);
  const { status } = await cluster.get(...certificate);
  await cluster.kubectl('patch', ...certificate, '--subresource=status', '--type=json', '--patch', patch);
  await until(async () => (await cluster.get(...certificate)).status.revision > status.revision);
}

/** The webhook's latest certificate: its CA in PEM, and when it expires. */
export async function issued(
  cluster: Cluster,
): Promise<{ readonly ca: string; readonly expirySeconds: number }> {
  const { data } = await cluster.get('secret', `${RELEASE}-tls`, '--namespace', RELEASE);
  const { validTo } = new X509Certificate(Buffer.from(data['tls.crt'], 'base64'));
  return { ca: Buffer.from(data['ca.crt'], 'base64').toString(), expirySeconds: Date.parse(validTo) / 1000 };
}

/** Whether the API server trusts a CA for the webhooks. */
export async function isTrusted(cluster: Cluster, ca: string): Promise<boolean> {
  const { webhooks } = await cluster.get('mutatingwebhookconfiguration', RELEASE);
  return webhooks.every(({ clientConfig }: { clientConfig: { caBundle: string } }) =>
    Buffer.from(clientConfig.caBundle, 'base64').toString().includes(ca.trim()),
  );
}

/** Whether two certificates in PEM have the same key. */
export function isSameKey(one: string, other: string): boolean {
  return new X509Certificate(one).publicKey.equals(new X509Certificate(other).publicKey);
}
