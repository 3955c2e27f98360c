import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KubernetesObject } from '../../chart/chart.js';
import { ownersObjects, textsOf, workload } from '../../chart/owners.js';
import { until } from '../../support/until.js';
import type { GoldenCase } from '../../unit/golden/golden-case.js';
import { injectorFor, ownerTexts } from '../../unit/golden/owner-texts.js';
import { OPTED_IN } from '../cluster.js';
import type { Answer } from '../local-cluster/api-server.js';
import { sharedCluster } from '../shared-cluster.js';
import { auditEvent } from './audit-log.js';
import { GoldenSettings } from './golden-settings.js';

/** Cases that the API server itself rejects. */
const INVALID = [
  'annotations-that-need-escaping',
  'mirror-pod',
  'no-containers',
  'no-metadata',
  'volume-mounted-by-app',
];

const SPEC = { containers: [{ name: 'app', image: 'app:1' }] };
const OPTED_OUT = { metadata: { annotations: { 'proxy-injection': 'disabled' } }, spec: SPEC };
const SKIPPED = 'proxy-injection: its Pods get no proxy (pod-disabled). Automatic pod injection is disabled.';
const AUDITED = 'validation.policy.admission.k8s.io/validation_failure';

describe('warnings for owners from the API server', () => {
  const cluster = sharedCluster();
  const groups = GoldenSettings.all();
  const configs = [...new Set(groups.map(({ config }) => config))];
  const namespaces = new Map<GoldenSettings, string>();
  let own: string;

  before(async () => {
    own = await cluster.namespace('owners', OPTED_IN);
    for (const group of groups) {
      namespaces.set(group, await cluster.namespace('owners', { annotations: group.annotations }));
    }
    // One after the other: the API server takes a second to compile a policy.
    for (const [index, config] of configs.entries()) {
      const selected = groups.filter((group) => group.config === config);
      const names = selected.map((group) => namespaces.get(group) ?? '');
      await cluster.apply(policyFor(config, `owners-${index}`, names));
    }
    const isActive = async (namespace: string) =>
      (await create(workload(OPTED_OUT), namespace)).warnings.length > 0;
    for (const namespace of [own, ...namespaces.values()]) await until(() => isActive(namespace));
  });
  after(async () => {
    await cluster.kubectl(
      'delete',
      'validatingadmissionpolicy,validatingadmissionpolicybinding',
      '-l',
      'test=owners',
    );
    await cluster.deleteNamespaces(own, ...namespaces.values());
  });

  for (const group of groups) {
    for (const golden of group.cases.filter(({ name, pod }) => !INVALID.includes(name) && isOrdinary(pod))) {
      it(`${golden.name}: what explain reports`, async () => {
        const { status, object, warnings } = await create(
          workload(golden.pod as never),
          namespaces.get(group) ?? '',
        );
        assert.equal(status, 201, JSON.stringify(object));
        assert.deepEqual(ownTexts(warnings), ownerTexts(golden));
      });
    }
  }

  it('reach the terminal of who applies a workload, and the audit log', async () => {
    const args = ['apply', '--namespace', own, '--dry-run=server', '--filename', '-'];
    const { metadata, ...object } = workload(OPTED_OUT);
    const { status, stderr } = await cluster.tryKubectl(args, [
      { ...object, metadata: { name: metadata.name } },
    ]);
    assert.equal(status, 0);
    assert.match(
      stderr,
      /^Warning: Validation failed for ValidatingAdmissionPolicy '.*-owners' .*: proxy-injection: /m,
    );
    assert.ok(stderr.includes(SKIPPED));
    if (cluster.local === undefined) return;
    const { auditId } = await create(workload(OPTED_OUT), own);
    const { annotations } = await auditEvent(cluster, auditId);
    assert.ok(annotations[AUDITED]?.includes(SKIPPED));
  });

  it('are not about the ReplicaSet of a Deployment, or about scaling', async () => {
    const { metadata, ...object } = workload(OPTED_OUT);
    const deployment = { ...object, metadata: { ...metadata, namespace: own } };
    const path = `/apis/apps/v1/namespaces/${own}/deployments`;
    await cluster.api.post(path, { ...deployment, spec: { ...deployment.spec, replicas: 0 } });
    const { stderr } = await cluster.tryKubectl([
      'scale',
      '--replicas=1',
      'deployment/web',
      '--namespace',
      own,
    ]);
    assert.equal(stderr, '');
    const annotate = ['annotate', 'deployment/web', 'a=b', '--namespace', own];
    assert.equal((await cluster.tryKubectl(annotate)).stderr, '');
  });

  /** Creates a workload as a server-side dry run. */
  function create(object: KubernetesObject, namespace: string): Promise<Answer> {
    const { apiVersion, kind, metadata } = object;
    const path = `/apis/${apiVersion}/namespaces/${namespace}/${kind.toLowerCase()}s?dryRun=All`;
    return cluster.api.post(path, { ...object, metadata: { ...metadata, namespace } });
  }
});

/** The policy for some namespaces. It selects workloads that did not opt in, which that of the chart leaves alone. */
function policyFor(
  config: GoldenSettings['config'],
  name: string,
  namespaces: readonly string[],
): KubernetesObject[] {
  const { settings, identity } = injectorFor({ config });
  const [policy, binding] = ownersObjects({ settings: { ...settings, selection: 'optOut' }, identity });
  const metadata = { name, labels: { test: 'owners' } };
  const matchExpressions = [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: namespaces }];
  const matchResources = { namespaceSelector: { matchExpressions } };
  return [
    { ...policy, metadata },
    { ...binding, metadata, spec: { ...binding.spec, policyName: name, matchResources } },
  ];
}

/** The cases of other namespaces are those of namespaces that the binding of the chart leaves out. */
function isOrdinary({ metadata }: GoldenCase['pod']): boolean {
  return metadata.namespace !== 'kube-system';
}

/** The texts of the policies here. That of the chart may warn, too: if the template opted in. */
function ownTexts(warnings: readonly string[]): string[] {
  return textsOf(warnings.filter((warning) => warning.includes(" ValidatingAdmissionPolicy 'owners-")));
}
