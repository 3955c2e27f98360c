import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { goldenCases } from '../unit/golden/golden-case.js';
import { throughCore } from '../unit/golden/through-core.js';
import type { KubernetesObject } from './chart.js';
import { apiServerProblems } from './kube-check.js';

describe('the injected Pods of the golden cases', () => {
  const cases = goldenCases()
    .map((golden) => ({ name: golden.name, given: golden.pod, pod: throughCore(golden).pod }))
    .filter(({ pod }) => pod !== undefined);
  const before = apiServerProblems(cases.map(({ given }) => admitted(given)));
  const after = apiServerProblems(cases.map(({ pod }) => admitted(pod)));

  for (const [index, { name }] of cases.entries()) {
    it(`are accepted by the API server if the original was: ${name}`, () => {
      const original = before[index] ?? [];
      const added = (after[index] ?? []).filter((problem) => !original.includes(problem));
      assert.deepEqual(added, []);
    });
  }
});

/** The Pod with the fields that every Pod has when the API server validates it. */
function admitted(pod: KubernetesObject): KubernetesObject {
  const { metadata, ...rest } = pod;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    ...rest,
    metadata: { name: 'a', namespace: 'default', ...metadata },
  };
}
