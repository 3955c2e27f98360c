import { clusterConfiguration } from '../../src/cli/cluster/injector/cluster-configuration.js';
import type { PulledConfiguration } from '../../src/cli/cluster/injector/pulled-configuration.js';
import type { Injector } from '../../src/core/injector.js';
import { asObject } from '../../src/core/values/json.js';
import { changesOf } from '../../src/manifests/edit/collection-changes.js';
import type { ClusterObject } from './fake-cluster.js';

/** The injector with a configuration, as in the cluster. */
export function fakeInjector(config: string): Injector {
  const file = { name: 'config.yaml', text: config };
  const pulled = { file, environment: {}, namespace: 'proxy-injector' };
  return clusterConfiguration(pulled as unknown as PulledConfiguration).injector;
}

/** A Pod of an app in the namespace `shop`. `owner` is `Kind/name`. */
export function fakePod(
  name: string,
  {
    owner,
    namespace = 'shop',
    metadata = {},
    spec = {},
    status = {},
  }: {
    readonly owner?: string;
    readonly namespace?: string;
    readonly metadata?: object;
    readonly spec?: object;
    readonly status?: object;
  } = {},
): ClusterObject {
  const [kind, ofOwner] = owner?.split('/') ?? [];
  const ownerReferences = owner === undefined ? [] : [{ kind, name: ofOwner, controller: true }];
  return {
    kind: 'Pod',
    metadata: { name, namespace, uid: name, ownerReferences, ...metadata },
    spec: { containers: [{ name: 'app', image: 'app:1' }], ...spec },
    status: { phase: 'Running', ...status },
  };
}

/** The Pod as the webhook admits it: with a proxy that is ready, or with the reason why it has none. */
export function admitted(pod: ClusterObject, injector: Injector): ClusterObject {
  const { namespace = '' } = pod.metadata;
  const request = { operation: 'CREATE', kind: '/v1/Pod', subResource: '', namespace };
  const decision = injector.decide(pod, request, {
    annotations: {},
    labels: { 'proxy-injection': 'enabled' },
  });
  if (decision.outcome === 'denied') throw new Error(decision.message);
  const operations = decision.outcome === 'injected' ? injector.patch(decision) : injector.record(decision);
  const changed = changesOf(pod, operations).after as ClusterObject;
  if (decision.outcome !== 'injected') return changed;
  const ready = { name: 'proxy-sidecar', ready: true, restartCount: 0, state: { running: {} } };
  return { ...changed, status: { containerStatuses: [ready], ...asObject(pod.status) } };
}

/** A ReplicaSet of a Deployment, and the Deployment. */
export function fakeDeployment(name: string, namespace = 'shop'): ClusterObject[] {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app:1' }] } };
  const metadata = { name, namespace, labels };
  const ownerReferences = [{ kind: 'Deployment', name, controller: true }];
  return [
    {
      kind: 'Deployment',
      metadata: { ...metadata, generation: 1 },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
      status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
    },
    { kind: 'ReplicaSet', metadata: { name: `${name}-7bd5`, namespace, labels, ownerReferences } },
  ];
}
