import { readFileSync } from 'node:fs';
import type { Cluster } from '../cluster.js';

/** What the audit log tells of a request: kubernetes.io/docs/reference/config-api/apiserver-audit.v1. */
export interface AuditEvent {
  /** With those that webhooks left, each behind its name. */
  readonly annotations: { readonly [key: string]: string };
}

/** Why a test that is about the audit log is left out on a cluster that is not ours; false if it is. */
export function withoutAuditLog({ machine }: Cluster): string | false {
  return machine === undefined && 'the audit log is of a cluster that is not ours';
}

/** The event of a request; the log is written before the API server answers. */
export function auditEvent({ machine }: Cluster, auditId: string): AuditEvent {
  if (machine === undefined) throw new Error('the audit log is of a cluster that is not ours');
  const log = readFileSync(machine.sandbox.path('logs', 'audit.log'));
  const place = log.lastIndexOf(`"auditID":"${auditId}"`);
  if (place === -1) throw new Error(`${auditId} is not in the audit log`);
  return JSON.parse(log.toString('utf8', log.lastIndexOf('\n', place) + 1, log.indexOf('\n', place)));
}

/** The webhooks that were called, by name and in order, each time that they were. */
export function webhooksCalled({ annotations }: AuditEvent): string[] {
  const rounds = Object.keys(annotations).filter((key) =>
    key.startsWith('mutation.webhook.admission.k8s.io/round_'),
  );
  return rounds.sort().map((key) => JSON.parse(annotations[key] ?? '').webhook);
}
