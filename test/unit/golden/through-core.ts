import { loadConfiguration } from '../../../src/config/load.js';
import { snapshotOf } from '../../../src/config/snapshot.js';
import { Injector } from '../../../src/core/injector.js';
import { type Expected, type GoldenCase, patched } from './golden-case.js';

/** Fixed values, so that golden files do not change with every release and configuration. */
export const IDENTITY = { version: '<version>', configHash: '<config-hash>' };

/** Runs a case through the core. */
export function throughCore({ pod, config, namespace }: GoldenCase): Expected {
  const { settings } = snapshotOf(loadConfiguration({ INJECTOR_CONFIG: config }), undefined).injector;
  const injector = new Injector(settings, IDENTITY);
  const request = { operation: 'CREATE', kind: '/v1/Pod', namespace: pod.metadata.namespace ?? 'default' };
  const decision = injector.decide(pod, request, { annotations: namespace });
  const { outcome, reason, message } = decision;
  const warnings =
    'warnings' in decision && decision.warnings.length > 0 ? { warnings: decision.warnings } : {};
  if (outcome === 'denied') return { outcome, reason, message };
  const patch =
    outcome === 'injected'
      ? injector.patch(decision)
      : [...injector.repairs(decision), ...injector.record(decision)];
  return { outcome, reason, ...warnings, ...(patch.length > 0 && { pod: patched(pod, patch) }) };
}
