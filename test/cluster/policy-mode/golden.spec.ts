import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { loadConfiguration } from '../../../src/config/load.js';
import { snapshotOf } from '../../../src/config/snapshot.js';
import { REASON, STATUS } from '../../../src/core/pod/annotations.js';
import { unsupportedSettings } from '../../../src/policy/objects/unsupported.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { combinedPolicies, UNSUPPORTED } from '../../chart/policy-mode/trial.js';
import { until } from '../../support/until.js';
import { anonymous } from '../../unit/golden/anonymous.js';
import type { GoldenCase } from '../../unit/golden/golden-case.js';
import { comparable } from '../admission/comparable-pod.js';
import { GoldenSettings } from '../admission/golden-settings.js';
import { dryRunPath } from '../admission/pods.js';
import { isInjected } from '../dry-run.js';
import type { Answer } from '../local-cluster/api-server.js';
import { sharedCluster } from '../shared-cluster.js';

const POLICIES = 'golden-policies';
const API = '/apis/admissionregistration.k8s.io/v1';
const SELECTED = { 'test/golden-policies': 'yes' };

/** Cases that the API server itself rejects, injected or not. */
const INVALID = ['annotations-that-need-escaping', 'mirror-pod', 'no-containers', 'no-metadata'];

/** A case in which the API server's own validation denies the Pod before a policy does. */
const DENIED_BY_VALIDATION = 'volume-mounted-by-app';

const groups = GoldenSettings.all()
  .map((group) => ({ group, ...loaded(group.config) }))
  .filter(({ isSupported }) => isSupported);
const cases = groups.flatMap(({ group }) =>
  group.cases
    .map((golden, index) => ({ golden, group, index }))
    .filter(({ golden }) => !UNSUPPORTED.includes(golden.name))
    // The bindings leave excluded namespaces out.
    .filter(({ golden }) => golden.pod.metadata?.namespace !== 'kube-system'),
);

describe('golden cases through the policies of an API server', () => {
  const cluster = sharedCluster();
  const namespaces = new Map<GoldenSettings, string>();
  const offline = new Map<GoldenSettings, readonly KubernetesObject[]>();
  let plain: string;
  let objects: readonly KubernetesObject[] = [];

  before(async () => {
    plain = await cluster.namespace('golden');
    for (const { group } of groups) {
      const metadata = { labels: SELECTED, annotations: group.annotations };
      namespaces.set(group, await cluster.namespace('golden', metadata));
      offline.set(group, await group.injectedOffline());
    }
    objects = combinedPolicies(
      POLICIES,
      groups.map(({ group, settings }) => [namespaces.get(group) ?? '', settings]),
    ).map(bound);
    for (const object of objects) {
      const { status, object: answer } = await cluster.api.post(pathOf(object), object);
      assert.equal(status, 201, answer.message);
    }
    await untilActive(namespaces.get(groups[0]?.group as GoldenSettings) ?? '');
  });
  after(async () => {
    for (const object of objects) await cluster.api.delete(`${pathOf(object)}/${object.metadata.name}`);
    await cluster.deleteNamespaces(plain, ...namespaces.values());
  });

  for (const { golden, group, index } of cases) {
    const { name, expected, pod } = golden;
    it(`${name}: ${expected?.outcome} as by the webhook`, async () => {
      const answer = await create(pod, namespaces.get(group) ?? '');
      if (expected?.outcome === 'denied') {
        assert.equal(answer.status, name === DENIED_BY_VALIDATION ? 422 : 403);
        if (answer.status === 422) return;
        assert.ok(
          answer.object.message.endsWith(`denied request: ${expected.message}`),
          answer.object.message,
        );
        return;
      }
      const written = await create(offline.get(group)?.[index], plain);
      assert.equal(answer.status, INVALID.includes(name) ? 422 : 201, answer.object.message);
      assert.equal(written.status, answer.status);
      if (answer.status === 422) return;
      assert.deepEqual(
        anonymous(comparable(withoutRecord(answer.object, expected))),
        anonymous(comparable(written.object)),
      );
    });
  }

  /** Waits until both policies act: the API server compiles each on its own. */
  async function untilActive(namespace: string): Promise<void> {
    const pod = (mode: string) => ({
      metadata: { name: 'first', annotations: { 'proxy-injection/mode': mode } },
      spec: { containers: [{ name: 'app', image: 'app' }] },
    });
    await until(async () => isInjected((await create(pod('native'), namespace)).object));
    await until(async () => (await create(pod('none'), namespace)).status === 403);
  }

  function create(pod: KubernetesObject, namespace: string): Promise<Answer> {
    return cluster.api.post(dryRunPath(namespace), { ...pod, metadata: { ...pod.metadata, namespace } });
  }
});

function loaded(config: string | undefined) {
  const snapshot = snapshotOf(loadConfiguration({ INJECTOR_CONFIG: config }), undefined);
  const isSupported = unsupportedSettings(snapshot.configuration).length === 0;
  return { settings: snapshot.injector.settings, isSupported };
}

/** A binding that selects the namespaces of this file, and all Pods in them. One of the two of a policy is enough. */
function bound(object: KubernetesObject): KubernetesObject {
  if (!object.kind.endsWith('Binding')) return object;
  const isFirst = object.metadata.name.endsWith('-namespaces');
  const matchLabels = isFirst ? SELECTED : { ...SELECTED, 'test/second': 'never' };
  return {
    ...object,
    spec: { ...object.spec, matchResources: { namespaceSelector: { matchLabels } } },
  };
}

function pathOf({ kind }: KubernetesObject): string {
  const plural = kind.endsWith('Policy') ? kind.replace(/y$/, 'ies') : `${kind}s`;
  return `${API}/${plural.toLowerCase()}`;
}

/** A Pod without the record that it was skipped, which `inject` does not write. Checks the record. */
function withoutRecord(object: KubernetesObject, expected: GoldenCase['expected']): KubernetesObject {
  if (expected?.outcome !== 'skipped' || expected.reason === 'already-injected' || !expected.pod)
    return object;
  const { [STATUS]: status, [REASON]: reason, ...annotations } = object.metadata.annotations;
  assert.deepEqual([status, reason], ['skipped', expected.reason]);
  const { annotations: _, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: { ...metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
  };
}
