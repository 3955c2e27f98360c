import { parseAllDocuments } from 'yaml';
import { loadConfiguration } from '../../../src/config/load.js';
import { snapshotOf } from '../../../src/config/snapshot.js';
import type { KubernetesObject } from '../../../test/chart/chart.js';
import { proxyInjector } from '../../../test/cli/command-line.js';
import { RELEASE } from '../../../test/cluster/release.js';
import { pod } from './creations.js';

/** The patch that the injector answers for a Pod of the bench. */
export function patchOf(config: string, namespace: string): readonly object[] {
  const { injector } = snapshotOf(loadConfiguration({ INJECTOR_CONFIG: config }), RELEASE);
  const decision = injector.decide(pod(0), { namespace }, { annotations: {} });
  if (decision.outcome !== 'injected') throw new Error(decision.message);
  return injector.patch(decision);
}

/** What `proxy-injector policy` prints, with one binding for each policy: to the namespace. */
export async function policiesOf(config: string, namespace: string): Promise<readonly KubernetesObject[]> {
  const { code, stdout, stderr } = await proxyInjector(['policy', '--config', config]);
  if (code !== 0) throw new Error(stderr);
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as KubernetesObject)
    .filter(({ metadata }) => !metadata.name.endsWith('-pods'))
    .map((object) =>
      object.kind.endsWith('Binding')
        ? { ...object, spec: { ...object.spec, matchResources: { namespaceSelector } } }
        : object,
    );
}
