import { loadConfiguration } from '../../../src/config/load.js';
import { snapshotOf } from '../../../src/config/snapshot.js';
import { Injector } from '../../../src/core/injector.js';
import type { GoldenCase } from './golden-case.js';
import { IDENTITY } from './through-core.js';

/** The injector with the configuration of a case. */
export function injectorFor({ config }: Pick<GoldenCase, 'config'>): Injector {
  const { settings } = snapshotOf(loadConfiguration({ INJECTOR_CONFIG: config }), undefined).injector;
  return new Injector(settings, IDENTITY);
}

/**
 * What the owner of a workload with the Pod of a case as its template should see: the message if its Pods get no proxy,
 * or the webhook's warnings.
 */
export function ownerTexts(golden: GoldenCase): readonly string[] {
  const { pod, namespace: annotations } = golden;
  const request = { operation: 'CREATE', kind: '/v1/Pod', namespace: pod.metadata.namespace ?? 'shop' };
  const decision = injectorFor(golden).decide(pod, request, { annotations });
  const { outcome, reason, message } = decision;
  if (outcome === 'denied') return [`proxy-injection: its Pods will be denied (${reason}). ${message}`];
  // The API server rejects a workload without containers.
  if (reason === 'malformed-pod') return [];
  if (reason === 'injected' || reason === 'already-injected') return decision.warnings;
  return decision.warnings.length === 0
    ? []
    : [`proxy-injection: its Pods get no proxy (${reason}). ${message}`];
}
