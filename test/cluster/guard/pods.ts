import assert from 'node:assert/strict';
import type { KubernetesObject } from '../../chart/chart.js';
import { dryRunPath, heldPod } from '../admission/pods.js';
import { CASES } from '../cli/reason-cases.js';
import type { Cluster } from '../cluster.js';
import { isInjected } from '../dry-run.js';

/** A Pod for each reason for which the injector admits one unchanged, except that it records the reason. */
export const UNCHANGED: readonly (readonly [reason: string, pod: KubernetesObject])[] = Object.entries(
  CASES,
).flatMap(([reason, { pod, metadata, spec }]) =>
  pod === 'stored' ? [[reason, heldPod('web', metadata, spec)] as const] : [],
);

/** Annotations that anyone can write. */
export const CLAIM = { annotations: { 'proxy-injection/status': 'injected' } };
export const SKIPPED = { annotations: { 'proxy-injection/status': 'skipped' } };

/** An injected Pod, as someone would apply it again. */
export async function injectedPod(cluster: Cluster, namespace: string): Promise<KubernetesObject> {
  const { object } = await cluster.api.post(dryRunPath(namespace), heldPod('web'));
  assert.ok(isInjected(object));
  const { name, annotations, labels } = object.metadata;
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, annotations, labels }, spec: object.spec };
}
