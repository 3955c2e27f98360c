import { Injector } from '../../src/core/injector.js';
import type { AddOperation } from '../../src/core/patch.js';
import { removalOf } from '../../src/core/uninject.js';
import { readManifests } from '../../src/manifests/manifest-file.js';
import { type SettingsChange, settings } from '../core-cases.js';
import { patched } from '../golden/golden-case.js';

/** What came of injecting a text. */
export interface Injected {
  readonly result: string;
  /** How many workloads got a proxy. */
  readonly workloads: number;
  /** What the patches make of the plain document, as the API server would apply them. */
  readonly expected: (document: unknown) => unknown;
}

/** Injects every workload of a text that the core decides to inject; a text of one document. */
export function injectedText(text: string, change: SettingsChange): Injected {
  const injector = new Injector(settings(change), { version: '1.0.0', configHash: 'abc' });
  const file = readManifests('pod.yaml', text);
  if (file.problems.length > 0) throw new Error(file.problems.join('\n'));
  const operations: AddOperation[] = [];
  let workloads = 0;
  for (const workload of file.workloads) {
    const decision = injector.decide(
      workload.pod,
      { namespace: 'shop', kind: '/v1/Pod' },
      { annotations: {} },
    );
    if (decision.outcome !== 'injected') continue;
    workloads += 1;
    const patch = injector.patch(decision);
    workload.apply(patch);
    const prefix = workload.path.map((part) => `/${part}`).join('');
    operations.push(...patch.map((operation) => ({ ...operation, path: prefix + operation.path })));
  }
  return {
    result: file.toString(),
    workloads,
    expected: (document) => patched(document, operations),
  };
}

/** Takes the proxy out of every workload of a text. */
export function uninjectedText(text: string): string {
  const file = readManifests('pod.yaml', text);
  if (file.problems.length > 0) throw new Error(file.problems.join('\n'));
  for (const workload of file.workloads) {
    const removal = removalOf(workload.pod);
    if (removal) workload.remove(removal);
  }
  return file.toString();
}
