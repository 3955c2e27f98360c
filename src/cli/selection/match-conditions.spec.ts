import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluateCondition } from './match-conditions.js';

const METADATA = { name: 'web', labels: { team: 'web', constructor: 'x' } };
const SPEC = { containers: [{ name: 'app', image: 'a:1', stdin: false }], hostNetwork: false };

const HOLDS: readonly [string, boolean][] = [
  ["object.metadata.name == 'web' && object.metadata.namespace == 'shop'", true],
  ["object.kind == 'Pod' && object.apiVersion == 'v1' && oldObject == null", true],
  ["request.operation == 'CREATE' && request.namespace == 'shop' && request.kind.kind == 'Pod'", true],
  ["request.resource.group == '' && !request.dryRun && !has(request.subResource)", true],
  ["has(object.metadata.annotations) && 'a' in object.metadata.annotations", false],
  ["object.metadata.?annotations['a'].orValue('b') == 'b'", true],
  ["'constructor' in object.metadata.labels && !('toString' in object.metadata.labels)", true],
  ['has(object.spec.hostNetwork) || object.spec.containers.exists(c, has(c.stdin))', false],
  ["object.spec.containers.all(c, c.image.startsWith('a'))", true],
  ['size(object.spec.containers) + 1 == 2', true],
];

const UNKNOWN: readonly [string, RegExp][] = [
  ["object.spec.priorityClassName == 'x' && false", /^it reads object\.spec\.priorityClassName, /],
  ["!('system:nodes' in request.userInfo.groups)", /^it reads request\.userInfo, /],
  ['has(request.userInfo)', /^it reads request\.userInfo, /],
  ["has(object.spec.tolerations) || object.metadata.name == 'web'", /^it reads object\.spec\.tolerations, /],
  [
    'object.spec.containers.exists(c, has(c.resources))',
    /^it reads object\.spec\.containers\[0\]\.resources, /,
  ],
  ['has(object.metadata.ownerReferences)', /^it reads object\.metadata\.ownerReferences, /],
  ['has(object.status)', /^it reads object\.status, /],
  ["authorizer.group('').resource('pods').check('get').allowed()", /authorizer/],
  ["quantity('1Mi').isGreaterThan(quantity('1Ki'))", /^it cannot be evaluated here: .*quantity/],
  ['object.metadata.name', /^it does not result in a boolean$/],
  ['1 +', /^it cannot be evaluated here: /],
];

function evaluate(expression: string, workload = 'Pod', metadata: object = METADATA) {
  const labels = { known: {}, unknownValues: workload === 'Pod' ? [] : ['pod-template-hash'] };
  const object = { metadata, spec: SPEC };
  const subject = { object, labels, workload, namespace: 'shop', namespaceLabels: { known: {} } };
  return evaluateCondition(expression, subject);
}

describe('evaluateCondition', () => {
  for (const [expression, holds] of HOLDS) {
    it(`${expression} is ${holds}`, () => assert.deepEqual(evaluate(expression), { holds }));
  }

  for (const [expression, reason] of UNKNOWN) {
    it(`${expression} is unknown`, () => {
      const result = evaluate(expression);
      assert.match('unknown' in result ? result.unknown : JSON.stringify(result), reason);
    });
  }

  it('fails where the API server fails', () => {
    assert.deepEqual(evaluate("object.metadata.annotations['a'] == 'b'"), {
      fails: 'No such key: annotations',
    });
    assert.deepEqual(evaluate("object.metadata.labels['a'] == 'b'"), { fails: 'No such key: a' });
  });

  it('does not know the name of a Pod of a controller, nor the labels that this adds', () => {
    const { metadata } = { metadata: { labels: { team: 'web' } } };
    for (const read of ['metadata.generateName', 'metadata.labels["pod-template-hash"]']) {
      const result = evaluate(`object.${read} == 'a'`, 'Deployment', metadata);
      assert.ok('unknown' in result && result.unknown.startsWith('it reads object.metadata.'), read);
    }
    assert.deepEqual(evaluate("'other' in object.metadata.labels", 'Deployment', metadata), { holds: false });
  });
});
