import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { REASON, STATUS } from '../../../src/core/pod/annotations.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { anonymousWarnings } from '../../unit/golden/anonymous.js';
import type { GoldenCase } from '../../unit/golden/golden-case.js';
import type { Answer } from '../local-cluster/api-server.js';
import { sharedCluster } from '../shared-cluster.js';
import { auditEvent } from './audit-log.js';
import { comparable } from './comparable-pod.js';
import { ExtraInjectors } from './extra-injectors.js';
import { GoldenSettings } from './golden-settings.js';
import { dryRunPath } from './pods.js';

/** The namespace of some golden cases, which every cluster has. */
const EXCLUDED = 'kube-system';
/** Cases that the API server itself rejects, injected or not. */
const INVALID = ['annotations-that-need-escaping', 'mirror-pod', 'no-containers', 'no-metadata'];

const groups = GoldenSettings.all();
const configs = [...new Set(groups.map(({ configText }) => configText))];
const injectorName = (config: number) => `injector-${config}`;
const cases = groups.flatMap((group) => group.cases.map((golden) => ({ golden, group })));

describe('golden cases through the API server', () => {
  const cluster = sharedCluster();
  const namespaces = new Map<GoldenSettings, string>();
  const offline = new Map<GoldenCase, KubernetesObject>();
  /** A namespace that no injector is called for. */
  let plain: string;
  let injectors: ExtraInjectors;

  before(async () => {
    plain = await cluster.namespace('golden');
    await Promise.all(
      groups.map(async (group) => {
        namespaces.set(group, await cluster.namespace('golden', { annotations: group.annotations }));
        const pods = await group.injectedOffline();
        for (const [index, golden] of group.cases.entries()) offline.set(golden, pods[index]);
      }),
    );
    const own = (config: string) => groups.filter(({ configText }) => configText === config);
    injectors = await ExtraInjectors.start(
      cluster,
      configs.map((config, index) => ({
        name: injectorName(index),
        config,
        namespaces: [...own(config).map((group) => namespaces.get(group) ?? ''), EXCLUDED],
      })),
    );
  });
  after(async () => {
    await injectors?.stop();
    await cluster.deleteNamespaces(plain, ...namespaces.values());
  });

  for (const { golden, group } of cases.filter(({ golden }) => golden.expected?.outcome === 'denied')) {
    it(`${golden.name}: denied with its message`, async () => {
      const { status, object } = await admit(golden, group);
      assert.equal(status, 403);
      const denial = `admission webhook "${webhookOf(group)}" denied the request: `;
      assert.equal(object.message, `${denial}${golden.expected?.message}`);
    });
  }

  for (const { golden, group } of cases.filter(({ golden }) => golden.expected?.outcome !== 'denied')) {
    const { name, expected } = golden;
    it(`${name}: equal to the output of \`inject\``, async () => {
      const answer = await admit(golden, group);
      const written = await create(offline.get(golden), plain);
      const warnings = [...(expected?.warnings ?? []), ...written.warnings];
      // The API server mixes its own warnings with those of webhooks.
      assert.deepEqual(anonymousWarnings(answer.warnings).sort(), warnings.sort());
      const isInvalid = INVALID.includes(name);
      for (const { status } of [answer, written]) assert.equal(status, isInvalid ? 422 : 201);
      if (isInvalid) assert.equal(messageOf(answer), messageOf(written));
      else assert.deepEqual(comparable(withoutRecord(answer.object, expected)), comparable(written.object));
    });
  }

  /** Creates the Pod of a case in its namespace. Checks the outcome and reason in the audit log. */
  async function admit({ pod, expected }: GoldenCase, group: GoldenSettings): Promise<Answer> {
    const isExcluded = pod.metadata.namespace === EXCLUDED;
    const answer = await create(pod, isExcluded ? EXCLUDED : (namespaces.get(group) ?? ''));
    if (cluster.local !== undefined) {
      const { annotations } = await auditEvent(cluster, answer.auditId);
      assert.equal(annotations[`${webhookOf(group)}/outcome`], expected?.outcome);
      assert.equal(annotations[`${webhookOf(group)}/reason`], expected?.reason);
    }
    return answer;
  }

  function webhookOf({ configText }: GoldenSettings): string {
    return injectors.webhookName(injectorName(configs.indexOf(configText)));
  }

  function create(pod: KubernetesObject, namespace: string): Promise<Answer> {
    return cluster.api.post(dryRunPath(namespace), { ...pod, metadata: { ...pod.metadata, namespace } });
  }
});

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

/** The message of a rejection, without the Pod's name, which may be generated. */
function messageOf({ object }: Answer): string {
  return object.message.replace(object.details.name, '');
}
