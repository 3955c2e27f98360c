import { readFileSync } from 'node:fs';
import { until } from '../../support/until.js';
import type { Cluster } from '../cluster.js';

/** What the audit log tells of a request: kubernetes.io/docs/reference/config-api/apiserver-audit.v1. */
export interface AuditEvent {
  /** With those that webhooks left, each behind its name. */
  readonly annotations: { readonly [key: string]: string };
}

/** Why a test that is about the audit log is left out on a cluster that is not ours; false if it is. */
export function withoutAuditLog({ local }: Cluster): string | false {
  return local === undefined && 'the audit log is of a cluster that is not ours';
}

/** The event of a request. The API server may write it only after it has answered. */
export async function auditEvent({ local }: Cluster, auditId: string): Promise<AuditEvent> {
  if (local === undefined) throw new Error('the audit log is of a cluster that is not ours');
  const path = local.sandbox.path('logs', 'audit.log');
  let line = '';
  await until(() => {
    line = lineWith(`"auditID":"${auditId}"`, readFileSync(path));
    return line !== '';
  });
  return JSON.parse(line);
}

/** The last whole line with a text; empty if there is none. */
function lineWith(text: string, log: Buffer): string {
  const position = log.lastIndexOf(text);
  const end = position === -1 ? -1 : log.indexOf('\n', position);
  return end === -1 ? '' : log.toString('utf8', log.lastIndexOf('\n', position) + 1, end);
}

/** The webhooks that were called, by name and in order, each time that they were. */
export function webhooksCalled({ annotations }: AuditEvent): string[] {
  const rounds = Object.keys(annotations).filter((key) =>
    key.startsWith('mutation.webhook.admission.k8s.io/round_'),
  );
  return rounds.sort().map((key) => JSON.parse(annotations[key] ?? '').webhook);
}
