import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubernetesObject } from './chart.js';
import { expressionErrors, policyAnswers } from './kube-check.js';

const META = { apiVersion: 'admissionregistration.k8s.io/v1' };
const RULE = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };

function policies(kind: string, policy: object, binding: object = {}): KubernetesObject[] {
  return [
    {
      ...META,
      kind,
      metadata: { name: kind },
      spec: { failurePolicy: 'Fail', matchConstraints: { resourceRules: [RULE] }, ...policy },
    },
    {
      ...META,
      kind: `${kind}Binding`,
      metadata: { name: kind },
      spec: {
        policyName: kind,
        matchResources: { namespaceSelector: { matchLabels: { a: 'b' } } },
        ...binding,
      },
    },
  ] as unknown as KubernetesObject[];
}

const namespace = { metadata: { name: 'shop', labels: { a: 'b' } } } as unknown as KubernetesObject;
const object = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'app', image: 'app' }] },
} as unknown as KubernetesObject;

describe('the evaluation of admission policies', () => {
  const mutating = policies('MutatingAdmissionPolicy', {
    reinvocationPolicy: 'Never',
    mutations: [
      {
        patchType: 'JSONPatch',
        jsonPatch: { expression: "[JSONPatch{op: 'add', path: '/metadata/annotations', value: {'x': 'y'}}]" },
      },
    ],
  });
  const validation = {
    expression: "!('x' in object.metadata.?annotations.orValue({}))",
    messageExpression: "'x is ' + object.metadata.annotations.x",
  };
  const denying = policies(
    'ValidatingAdmissionPolicy',
    { validations: [validation] },
    { validationActions: ['Deny'] },
  );
  const warning = policies(
    'ValidatingAdmissionPolicy',
    { validations: [validation] },
    { validationActions: ['Warn'] },
  );

  it('mutates, then warns', () => {
    const [answer] = policyAnswers([...mutating, ...warning], [{ namespace, object }]);
    assert.deepEqual(answer?.object?.metadata.annotations, { x: 'y' });
    assert.match(answer?.warnings.join() ?? '', /: x is y$/);
  });

  it('mutates, then denies', () => {
    const [answer] = policyAnswers([...mutating, ...denying], [{ namespace, object }]);
    assert.match(answer?.error ?? '', /denied request: x is y$/);
  });

  it('only concerns the namespaces of the binding', () => {
    const other = { metadata: { name: 'shop' } } as unknown as KubernetesObject;
    const [answer] = policyAnswers([...mutating, ...denying], [{ namespace: other, object }]);
    assert.equal(answer?.object?.metadata.annotations, undefined);
  });

  it('names what an old API server cannot compile', () => {
    const [policy] = policies('ValidatingAdmissionPolicy', {
      validations: [{ expression: '[[1], [2]].flatten().size() == 2' }],
    });
    assert.ok(policy);
    assert.match(expressionErrors('1.30', [policy]).flat().join(), /undeclared reference to 'flatten'/);
    assert.deepEqual(expressionErrors('1.36', [policy]), [[]]);
  });
});
