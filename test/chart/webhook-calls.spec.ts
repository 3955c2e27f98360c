import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { OwnWebhooks } from '../../src/cli/selection/own-webhooks.js';
import { find, type KubernetesObject, render } from './chart.js';
import { type PodRequest, webhooksCalled } from './kube-check.js';
import { creation, LABELED, SELECTIONS } from './selection.js';

const CLIENT = {
  clientConfig: { service: { name: 'injector', namespace: 'mesh', path: '/mutate' } },
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
};
const RULE = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };

/** The webhooks that `explain` says are called; the ones that it does not know about start with a question mark. */
async function evaluated(configuration: KubernetesObject, { namespace, pod }: PodRequest): Promise<string[]> {
  const { name, labels } = namespace.metadata;
  const own = await OwnWebhooks.open([{ name: 'injector', object: configuration, position: () => '' }]);
  const calls = own.callsFor({ object: pod, workload: 'Pod', request: { namespace: name } }, labels ?? {});
  assert.ok(calls);
  return calls
    .filter(({ isCalled }) => isCalled !== false)
    .map(({ webhook, isCalled }) => (isCalled ? webhook : `?${webhook}`));
}

/** One webhook that has the name of ours. */
function webhooks(fields: object): KubernetesObject {
  const webhook = { rules: [RULE], namespaceSelector: {}, objectSelector: {}, ...CLIENT, ...fields };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'injector' },
    webhooks: [{ name: 'pods.injector.mesh.svc', ...webhook }],
  } as unknown as KubernetesObject;
}

const keys = fc.constantFrom('a', 'b', 'example.com/c', 'constructor');
const values = fc.constantFrom('', 'x', 'y', 'z');
const labels = fc.dictionary(keys, values, { noNullPrototype: true });
const requirement = fc.oneof(
  fc.record({
    key: keys,
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.uniqueArray(values, { minLength: 1 }),
  }),
  fc.record({ key: keys, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
);
const selector = fc.record(
  { matchLabels: labels, matchExpressions: fc.array(requirement, { maxLength: 2 }) },
  { requiredKeys: [] },
);
const listed = (...entries: string[]) => fc.subarray(entries, { minLength: 1 });
const rule = fc.record({
  apiGroups: listed('', '*', 'apps'),
  apiVersions: listed('v1', '*', 'v2'),
  operations: listed('CREATE', 'UPDATE', '*'),
  resources: listed('pods', '*', '*/*', 'pods/*', 'pods/status', 'services', '*/status'),
  scope: fc.constantFrom('*', 'Namespaced', 'Cluster'),
});

const CONDITIONS: readonly string[] = [
  "!has(object.metadata.annotations) || !('a' in object.metadata.annotations)",
  "has(object.metadata.labels) && object.metadata.labels.exists(k, k == 'a')",
  "object.metadata.?labels['a'].orValue('') == 'x'",
  "object.metadata.labels['a'] == 'x'",
  "object.metadata.labels.all(k, k in ['a', 'b'])",
  "object.spec.containers.filter(c, c.name.startsWith('ap')).size() == 1",
  'has(object.spec.hostNetwork) && object.spec.hostNetwork',
  "object.spec.containers[0].image.matches('^app:[0-9]+$')",
  "request.operation == 'CREATE' && request.namespace.endsWith('op')",
  "request.resource.resource == 'pods' && request.kind.group == ''",
  'oldObject == null',
  'object.spec.containers[1].name == "app"',
  "(has(object.metadata.labels) && 'b' in object.metadata.labels) ? object.metadata.labels['b'] == 'y' : true",
];

describe('the evaluation of webhook configurations', () => {
  const requests = SELECTIONS.map(({ request }) => request).filter(
    ({ operation, subresource }) => operation === 'CREATE' && !subresource,
  );

  for (const selection of ['optIn', 'optOut']) {
    for (const ineligiblePods of ['admit', 'deny']) {
      it(`agrees with the API server about the chart: ${selection}, ${ineligiblePods}`, async () => {
        const values = { webhook: { selection }, config: { ineligiblePods } };
        const configuration = find(render({ values }), 'MutatingWebhookConfiguration');
        const called = webhooksCalled(configuration, requests);
        for (const [index, request] of requests.entries()) {
          assert.deepEqual(await evaluated(configuration, request), called[index], `row ${index}`);
        }
        assert.ok(requests.length > LABELED && called.some(({ length }) => length > 0));
      });
    }
  }

  it('agrees with the API server about any selectors and rules', async () => {
    const configured = fc.record({
      namespaceSelector: selector,
      objectSelector: selector,
      rules: fc.oneof(fc.constant([RULE]), fc.array(rule, { minLength: 1, maxLength: 2 })),
    });
    const pods = fc.array(fc.tuple(labels, labels), { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(configured, pods, async (fields, given) => {
        const configuration = webhooks(fields);
        const asked = given.map(([ofNamespace, ofPod]) =>
          creation('shop', ofNamespace, {
            metadata: { labels: ofPod },
            spec: { containers: [{ name: 'app' }] },
          }),
        );
        const called = webhooksCalled(configuration, asked);
        for (const [index, request] of asked.entries()) {
          assert.deepEqual(await evaluated(configuration, request), called[index]);
        }
      }),
      { numRuns: 30 },
    );
  });

  for (const expression of CONDITIONS) {
    it(`agrees with the API server about the match condition ${expression}`, async () => {
      const configuration = webhooks({
        failurePolicy: 'Ignore',
        matchConditions: [{ name: 'condition', expression }],
      });
      const container = { name: 'app', image: 'app:1' };
      const metadata = [
        {},
        { annotations: { a: '' } },
        { labels: { a: 'x' } },
        { labels: { b: 'y', c: '' } },
      ];
      const specs = [{ containers: [container] }, { containers: [container, container], hostNetwork: true }];
      const asked = metadata.flatMap((each) =>
        specs.map((spec) => creation('shop', {}, { metadata: each, spec })),
      );
      const called = webhooksCalled(configuration, asked);
      for (const [index, request] of asked.entries()) {
        assert.deepEqual(await evaluated(configuration, request), called[index], JSON.stringify(request.pod));
      }
    });
  }
});
