import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type GoldenCase, goldenCases } from '../unit/golden/golden-case.js';
import { injectorFor, ownerTexts } from '../unit/golden/owner-texts.js';
import { type KubernetesObject, type Release, render } from './chart.js';
import { expressionErrors, type ObjectRequest, type PolicyAnswer, policyAnswers } from './kube-check.js';
import { ownersObjects, textsOf, workload } from './owners.js';

const ENABLED = { 'proxy-injection': 'enabled' };
const SPEC = { containers: [{ name: 'app', image: 'app:1' }] };
const OPTED_OUT = { metadata: { annotations: { 'proxy-injection': 'disabled' } }, spec: SPEC };
const SKIPPED = 'proxy-injection: its Pods get no proxy (pod-disabled). Automatic pod injection is disabled.';

/** A request to the policy of the default values, and the warnings it gets. */
interface Row {
  readonly title: string;
  readonly object: KubernetesObject;
  readonly oldObject?: KubernetesObject;
  /** The labels of the namespace. */
  readonly labels?: object;
  readonly expected: readonly string[];
}

const REQUESTS: readonly Row[] = [
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'].map((kind) => ({
    title: `are about a ${kind}`,
    object: workload(OPTED_OUT, kind),
    expected: [SKIPPED],
  })),
  {
    title: 'are about updates of the template',
    object: workload(OPTED_OUT),
    oldObject: workload({ metadata: {}, spec: SPEC }),
    expected: [SKIPPED],
  },
  ...['Deployment', 'CronJob'].map((kind) => ({
    title: `are not about other updates of a ${kind}`,
    object: withMetadata(workload(OPTED_OUT, kind), { labels: { a: 'b' } }),
    oldObject: workload(OPTED_OUT, kind),
    expected: [],
  })),
  {
    title: 'are not about what a controller makes',
    object: withMetadata(workload(OPTED_OUT, 'ReplicaSet'), {
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: '1', controller: true },
      ],
    }),
    expected: [],
  },
  ...['baseline', 'restricted'].map((level) => ({
    title: `name the Pod Security level ${level}`,
    object: workload({ metadata: {}, spec: SPEC }),
    labels: { ...ENABLED, 'pod-security.kubernetes.io/enforce': level },
    expected: [
      `proxy-injection: its Pods will be denied: the namespace enforces the Pod Security level ${level}, ` +
        'which forbids the capability NET_ADMIN of init-iptables',
    ],
  })),
  {
    title: 'name no Pod Security level if the node redirects',
    object: workload({
      metadata: {
        annotations: { 'proxy-injection/redirect-by': 'node', 'proxy-injection/mode': 'native' },
      },
      spec: SPEC,
    }),
    labels: { ...ENABLED, 'pod-security.kubernetes.io/enforce': 'restricted' },
    expected: [],
  },
  {
    title: 'are not about workloads in a namespace that opted out',
    object: workload({ ...OPTED_OUT, metadata: { ...OPTED_OUT.metadata, labels: ENABLED } }),
    labels: { 'proxy-injection': 'disabled' },
    expected: [],
  },
  {
    title: 'are not about workloads that did not opt in',
    object: workload(OPTED_OUT),
    labels: {},
    expected: [],
  },
  {
    title: 'are about workloads whose Pods opted in',
    object: workload({ ...OPTED_OUT, metadata: { ...OPTED_OUT.metadata, labels: ENABLED } }),
    labels: {},
    expected: [SKIPPED],
  },
  {
    title: 'are 20 at most, and then count the others',
    object: workload({
      metadata: {
        annotations: Object.fromEntries(Array.from({ length: 22 }, (_, n) => [`proxy-injection/x${n}`, ''])),
      },
      spec: SPEC,
    }),
    expected: ['20 of them', 'proxy-injection: 2 more'],
  },
];

describe('the warnings for owners', () => {
  const answers = goldenAnswers();
  for (const golden of goldenCases()) {
    const expected = ownerTexts(golden);
    it(`${golden.name}: ${expected.length === 0 ? 'none' : 'what explain reports'}`, () => {
      const answer = answers.get(golden.name);
      assert.equal(answer?.error, undefined);
      assert.deepEqual(textsOf(answer?.warnings ?? []), expected);
    });
  }

  for (const { title, expected, answer } of answered({ values: { agent: { enabled: true } } }, REQUESTS)) {
    it(title, () => {
      const texts = textsOf(answer.warnings);
      const shown = texts.length === 21 ? ['20 of them', texts.at(-1)] : texts;
      assert.deepEqual(shown, expected);
    });
  }

  it('are about node mode where policies inject', () => {
    const annotations = { 'proxy-injection/redirect-by': 'node', 'proxy-injection/mode': 'native' };
    const object = workload({ metadata: { annotations }, spec: SPEC });
    const release = { kubernetes: '1.37.0', values: { mode: 'policy' } };
    const [answer] = answered(release, [{ title: '', object, expected: [] }]);
    assert.match(
      textsOf(answer?.answer.warnings ?? []).join(),
      /will be denied \(invalid-override\)\..*redirect-by: expected pod \(admission policies do not support node mode\)/,
    );
  });

  for (const [title, webhook, isWarned] of [
    ['are about workloads of all namespaces with the selection optOut', { selection: 'optOut' }, true],
    [
      "are about workloads whose Pods match the object selector's terms",
      {
        objectSelector: {
          matchLabels: { app: 'web' },
          matchExpressions: [
            { key: 'app', operator: 'In', values: ['web', 'x'] },
            { key: 'app', operator: 'NotIn', values: ['x'] },
            { key: 'app', operator: 'Exists' },
            { key: 'x', operator: 'DoesNotExist' },
          ],
        },
      },
      true,
    ],
    ...[
      { matchLabels: { app: 'db' } },
      { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
      { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] },
    ].map(
      (objectSelector) =>
        [
          `are not about workloads that ${JSON.stringify(objectSelector)} leaves out`,
          { objectSelector },
          false,
        ] as const,
    ),
  ] as const) {
    it(title, () => {
      const labels = 'selection' in webhook ? {} : ENABLED;
      const request = { title, object: workload(OPTED_OUT), labels, expected: [] };
      const [answer] = answered({ values: { webhook } }, [request]);
      assert.deepEqual(textsOf(answer?.answer.warnings ?? []), isWarned ? [SKIPPED] : []);
    });
  }
});

describe("the chart's policy for owners", () => {
  it('compiles on the oldest API server that gets it', () => {
    const [policy] = ownersOf({ kubernetes: '1.31.0' });
    // An API server accepts what the one before it can evaluate, too.
    assert.deepEqual(expressionErrors('1.30', [policy]), [[]]);
  });

  for (const [title, release] of [
    ['before 1.31', { kubernetes: '1.30.14' }],
    ['if it is disabled', { values: { ownerWarnings: { enabled: false } } }],
  ] as const) {
    it(`is not installed ${title}`, () => {
      assert.deepEqual(ownersOf(release), []);
    });
  }

  it('never denies', () => {
    const [policy, binding] = ownersOf({});
    assert.equal(policy.spec.failurePolicy, 'Ignore');
    assert.deepEqual(binding.spec.validationActions, ['Warn', 'Audit']);
  });
});

/** The answers by the names of the cases. All cases with the same configuration are answered at once. */
function goldenAnswers(): ReadonlyMap<string, PolicyAnswer> {
  const cases = goldenCases();
  const configs = [...new Set(cases.map(({ config }) => config))];
  const answers = configs.flatMap((config) => {
    const own = cases.filter((golden) => golden.config === config);
    const found = policyAnswers(ownersObjects(injectorFor({ config })), own.map(requestFor));
    return found.map((answer, index) => [own[index]?.name ?? '', answer] as const);
  });
  return new Map(answers);
}

function requestFor({ pod, namespace }: GoldenCase): ObjectRequest {
  const name = pod.metadata.namespace ?? 'shop';
  const labels = { 'proxy-injection': 'enabled' };
  return {
    namespace: { metadata: { name, labels, annotations: namespace } },
    object: workload(pod as never),
  };
}

/** The requests with what the policy of a release answers. */
function answered(release: Release, rows: readonly Row[]): (Row & { readonly answer: PolicyAnswer })[] {
  const requests = rows.map(({ object, oldObject, labels = ENABLED }) => ({
    namespace: { metadata: { name: 'shop', labels } },
    object,
    ...(oldObject && { oldObject }),
  }));
  const answers = policyAnswers(ownersOf(release), requests);
  return rows.map((row, index) => ({ ...row, answer: answers[index] as PolicyAnswer }));
}

function withMetadata(object: KubernetesObject, metadata: object): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, ...metadata } };
}

/** The policy of the rendered chart, and its binding; none if it is not installed. */
function ownersOf(release: Release): KubernetesObject[] {
  return render(release).filter(
    ({ kind, metadata }) => kind.startsWith('ValidatingAdmissionPolicy') && metadata.name.endsWith('-owners'),
  );
}
