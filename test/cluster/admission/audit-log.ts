import { readFileSync } from 'node:fs';
import { until } from '../../support/until.js';
import type { Cluster } from '../cluster.js';

/** An audit event of a request: kubernetes.io/docs/reference/config-api/apiserver-audit.v1. */
export interface AuditEvent {
  /** Those of webhooks are prefixed with the webhook's name. */
  readonly annotations: { readonly [key: string]: string };
  /** Ends with the name of the controller, if it is one. */
  readonly userAgent: string;
}

/** Why to skip a test of the audit log on an external cluster; false on a local one. */
export function withoutAuditLog({ local }: Cluster): string | false {
  return local === undefined && 'it reads the audit log, so it needs a local cluster';
}

/** The event of a request. Waits for it, because the API server may write it after its response. */
export async function auditEvent({ local }: Cluster, auditId: string): Promise<AuditEvent> {
  if (local === undefined) throw new Error('the audit log of an external cluster cannot be read');
  const path = local.sandbox.path('logs', 'audit.log');
  let line = '';
  await until(() => {
    line = lineWith(`"auditID":"${auditId}"`, readFileSync(path));
    return line !== '';
  });
  return JSON.parse(line);
}

/** The events so far about creations of Pods in a namespace, except by dry runs. */
export function creationsIn({ local }: Cluster, namespace: string): AuditEvent[] {
  if (local === undefined) throw new Error('the audit log of an external cluster cannot be read');
  const uri = `"requestURI":"/api/v1/namespaces/${namespace}/pods"`;
  const lines = readFileSync(local.sandbox.path('logs', 'audit.log'), 'utf8').split('\n').slice(0, -1);
  const creations = lines.filter((line) => line.includes(uri) && line.includes('"verb":"create"'));
  return creations.map((line) => JSON.parse(line));
}

/** The last complete line that contains a text; empty if there is none. */
function lineWith(text: string, log: Buffer): string {
  const position = log.lastIndexOf(text);
  const end = position === -1 ? -1 : log.indexOf('\n', position);
  return end === -1 ? '' : log.toString('utf8', log.lastIndexOf('\n', position) + 1, end);
}

/** The names of the webhooks that did not answer, and whose failure policy is `Ignore`. */
export function webhooksFailedOpen({ annotations }: AuditEvent): string[] {
  const keys = Object.keys(annotations).filter((key) =>
    key.startsWith('failed-open.mutation.webhook.admission.k8s.io/round_0'),
  );
  return keys.map((key) => annotations[key] ?? '');
}

/** The names of the webhooks that were called, in order, once per call. */
export function webhooksCalled({ annotations }: AuditEvent): string[] {
  const rounds = Object.keys(annotations).filter((key) =>
    key.startsWith('mutation.webhook.admission.k8s.io/round_'),
  );
  return rounds.sort().map((key) => JSON.parse(annotations[key] ?? '').webhook);
}
