import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Injector } from '../../src/core/injector.js';
import { settings } from '../support/core-cases.js';
import { goldenCases, patched } from '../unit/golden/golden-case.js';
import { IDENTITY, throughCore } from '../unit/golden/through-core.js';
import type { KubernetesObject } from './chart.js';
import { apiServerProblems, podSecurityProblems } from './kube-check.js';

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

describe('an injected Pod whose app meets the Pod Security level restricted', () => {
  const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const containers = [{ name: 'app', image: 'app:1', securityContext }];
  const problemsOf = (by: 'pod' | 'node', level: string) => {
    const injector = new Injector(settings({ proxy: { mode: 'native' }, redirect: { by } }), IDENTITY);
    const pod = { metadata: { name: 'web' }, spec: { containers } };
    const decision = injector.decide(pod, { namespace: 'shop' }, { annotations: {} });
    assert.equal(decision.outcome, 'injected');
    const operations = decision.outcome === 'injected' ? injector.patch(decision) : [];
    const [problems] = podSecurityProblems(level, [admitted(patched(pod, operations) as KubernetesObject)]);
    return problems;
  };

  it('meets it, too, if the node redirects', () => {
    assert.equal(problemsOf('node', 'restricted'), null);
  });

  it('violates even baseline if the Pod redirects', () => {
    assert.match(problemsOf('pod', 'baseline')?.join() ?? '', /init-iptables.*NET_ADMIN/);
  });
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
