import type { KubernetesObject } from '../../chart/chart.js';
import { auditEvent } from '../admission/audit-log.js';
import { dryRunPath, heldPod } from '../admission/pods.js';
import type { Cluster } from '../cluster.js';
import { RELEASE } from '../release.js';

/** The values of the label `proxy-injection/guard`. */
export const ACTIONS = ['deny', 'warn', 'audit', 'off'] as const;
export type Action = (typeof ACTIONS)[number];

/** What the guard did with a Pod, and why. */
export type Verdict =
  | { readonly action: 'off' }
  | { readonly action: Exclude<Action, 'off'>; readonly problem: string };

/** Why the guard acts: the headings of its guide. */
export const NEVER_ASKED = 'never-asked';
export const IN_NAME_ONLY = 'injected-in-name-only';

const POLICY = `ValidatingAdmissionPolicy '${RELEASE}-guard'`;
const FAILURES = 'validation.policy.admission.k8s.io/validation_failure';

/** The guard is off, or has nothing against a Pod. */
export const NOTHING: Verdict = { action: 'off' };

/** What the guard does with a Pod that it has something against. */
export function expected(action: Action, problem: string): Verdict {
  return action === 'off' ? NOTHING : { action, problem };
}

/** The labels of an opted-in namespace with an action. */
export function guarded(action?: string): { readonly [key: string]: string } {
  return { 'proxy-injection': 'enabled', ...(action && { 'proxy-injection/guard': action }) };
}

/** What the guard does with a Pod, as a dry run. */
export async function verdictOn(
  cluster: Cluster,
  namespace: string,
  pod: KubernetesObject = heldPod('web'),
): Promise<Verdict> {
  const { status, object, warnings, auditId } = await cluster.api.post(dryRunPath(namespace), pod);
  if (status === 403 && object.message.includes(POLICY)) return because('deny', object.message);
  if (status !== 201) throw new Error(object.message);
  const { annotations } = await auditEvent(cluster, auditId);
  const audited = annotations[FAILURES];
  const warned = warnings.find((text) => text.includes(POLICY));
  if (audited === undefined && warned === undefined) return NOTHING;
  const [failure] = JSON.parse(audited ?? '[{}]');
  if (failure.policy !== `${RELEASE}-guard`) throw new Error(`not in the audit log: ${warned}`);
  return because(warned === undefined ? 'audit' : 'warn', failure.message);
}

/** The heading in the guide that the message links to. */
function because(action: Exclude<Action, 'off'>, message: string): Verdict {
  const [, problem] = / See https:\S+guides\/guard\.md#([\w-]+)$/.exec(message) ?? [];
  if (problem === undefined) throw new Error(`without a link to the guide: ${message}`);
  return { action, problem };
}
