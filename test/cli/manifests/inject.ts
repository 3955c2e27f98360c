import { candidateOf } from '../../../src/cli/input/candidate.js';
import { ServiceAccounts } from '../../../src/cli/input/service-accounts.js';
import { Injector } from '../../../src/core/injector.js';
import type { PatchOperation } from '../../../src/core/patch/patch.js';
import { removalOf } from '../../../src/core/patch/removal.js';
import type { Pod } from '../../../src/core/pod/pod.js';
import type { Path } from '../../../src/core/values/path.js';
import { type ManifestFile, readManifests } from '../../../src/manifests/manifest-file.js';
import { type SettingsChange, settings } from '../../support/core-cases.js';
import { patched } from '../../unit/golden/golden-case.js';

/** An injected text. */
export interface Injected {
  readonly file: ManifestFile;
  readonly result: string;
  /** The number of workloads that got a proxy. */
  readonly workloads: number;
  /** For each document, a function that applies the patches to its plain value, as the API server would. */
  readonly expected: readonly ((document: unknown) => unknown)[];
  /** The same for a text that is one document, although a JSON List is read item by item. */
  readonly whole: (document: unknown) => unknown;
}

/** Injects every workload of a text that the core decides to inject. */
export function injectedText(text: string, change: SettingsChange): Injected {
  const injector = new Injector(settings(change), { version: '1.0.0', configHash: 'abc' });
  const file = readManifests('manifest.yaml', text);
  const serviceAccounts = new ServiceAccounts([file]);
  let workloads = 0;
  const all: PatchOperation[] = [];
  const expected = file.documents.map((document) => {
    const operations: PatchOperation[] = [];
    for (const workload of document.workloads) {
      const candidate = candidateOf(workload, 'shop');
      const decision = injector.decide(candidate.object, candidate.request, { annotations: {} });
      if (decision.outcome !== 'injected') continue;
      workloads += 1;
      const { operations: patch } = serviceAccounts.patch(decision, candidate, injector);
      workload.apply(patch);
      operations.push(...below(workload.path.slice(document.path.length), patch));
      all.push(...below(workload.path, patch));
    }
    return (plain: unknown) => (operations.length > 0 ? patched(unshared(plain), operations) : plain);
  });
  const whole = (plain: unknown) => patched(unshared(plain), all);
  return { file, result: file.toString(), workloads, expected, whole };
}

function below(path: Path, operations: readonly PatchOperation[]): PatchOperation[] {
  const prefix = path.map((part) => `/${part}`).join('');
  return operations.map((operation) => ({ ...operation, path: prefix + operation.path }));
}

/** Replaces the proxy of every injected workload of a text, as `inject --replace` would. */
export function replacedText(text: string, change: SettingsChange): string {
  const injector = new Injector(settings(change), { version: '1.0.0', configHash: 'abc' });
  const file = readManifests('manifest.yaml', text);
  const serviceAccounts = new ServiceAccounts([file]);
  for (const workload of file.workloads) {
    const removal = removalOf(workload.pod);
    if (removal === undefined) continue;
    const candidate = { ...candidateOf(workload, 'shop'), object: workload.changed(removal.operations) };
    const decision = injector.decide(candidate.object, candidate.request, { annotations: {} });
    if (decision.outcome !== 'injected') continue;
    workload.replace(removal, serviceAccounts.patch(decision, candidate, injector).operations);
  }
  return file.toString();
}

/** Appends an init container to every injected workload of a text, as by hand. */
export function appendedText(text: string, initContainer: object): string {
  const file = readManifests('manifest.yaml', text);
  for (const workload of file.workloads) {
    if (removalOf(workload.pod) === undefined) continue;
    workload.apply([{ op: 'add', path: '/spec/initContainers/-', value: initContainer }]);
  }
  return file.toString();
}

/** Moves the init container of every injected workload of a text to the end, as `inject` would. */
export function movedText(text: string): string {
  const injector = new Injector(settings(), { version: '1.0.0', configHash: 'abc' });
  const file = readManifests('manifest.yaml', text);
  for (const workload of file.workloads) {
    const { object, request } = candidateOf(workload, 'shop');
    const decision = injector.decide(object, request, { annotations: {} });
    const repairs = decision.outcome === 'skipped' ? injector.repairs(decision) : [];
    if (repairs.length > 0) workload.apply(repairs);
  }
  return file.toString();
}

/** The names of the init containers of every injected workload of a text. */
export function initContainersOfInjected(text: string): string[][] {
  const pods = readManifests('manifest.yaml', text).workloads.map(({ pod }) => pod);
  return pods
    .filter((pod) => removalOf(pod) !== undefined)
    .map((pod) => (pod as Pod).spec.initContainers?.map(({ name }) => name) ?? []);
}

/** Removes the proxy from every workload of a text. */
export function uninjectedText(text: string): string {
  const file = readManifests('manifest.yaml', text);
  for (const workload of file.workloads) {
    const removal = removalOf(workload.pod);
    if (removal) workload.remove(removal);
  }
  return file.toString();
}

/** Copies objects that aliases share: a patch changes only one of them. */
function unshared(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
