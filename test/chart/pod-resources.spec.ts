import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Injector } from '../../src/core/injector.js';
import { settings } from '../support/core-cases.js';
import { fc } from '../support/fast-check.js';
import { patched } from '../unit/golden/golden-case.js';
import { resources, smallResources } from '../unit/properties/resources.js';
import type { KubernetesObject } from './chart.js';
import { apiServerProblems } from './kube-check.js';

const PROXY = { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '2', memory: '128Mi' } };
const INIT = { requests: { cpu: '4', memory: '4Gi' }, limits: { memory: '8Gi' } };

const pods: fc.Arbitrary<KubernetesObject> = fc
  .record({ app: smallResources, first: smallResources, sidecar: smallResources, pod: resources })
  .map(({ app, first, sidecar, pod }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      containers: [{ name: 'app', image: 'app:1', resources: app }],
      initContainers: [
        { name: 'sidecar', image: 'app:1', resources: sidecar, restartPolicy: 'Always' },
        { name: 'first', image: 'app:1', resources: first },
      ],
      resources: pod,
    },
  }));

describe('Pods with resources of their own', () => {
  const seed = process.env.CI === 'true' ? { seed: 1 } : {};
  const candidates = fc.sample(pods, { numRuns: 2000, ...seed });
  const rejected = apiServerProblems(candidates);
  const valid = candidates.filter((_, index) => rejected[index] === null);

  for (const mode of ['container', 'native'] as const) {
    for (const podResources of ['omit', 'grow'] as const) {
      it(`are accepted by the API server as before (${mode}, ${podResources})`, () => {
        assert.ok(valid.length > 100, `only ${valid.length} Pods are valid`);
        const proxy = { mode, podResources, container: { resources: PROXY } };
        const all = settings({ proxy, init: { container: { resources: INIT } } });
        const injector = new Injector(all, { version: '1.0.0', configHash: 'abc' });
        const injected = valid.map((pod) => {
          const decision = injector.decide(pod, { namespace: 'shop' }, { annotations: {} });
          assert.equal(decision.outcome, 'injected');
          return decision.outcome === 'injected' ? patched(pod, injector.patch(decision)) : pod;
        });
        const problems = apiServerProblems(injected as KubernetesObject[]);
        assert.deepEqual(
          problems.flatMap((problem, index) =>
            problem === null ? [] : [{ problem, pod: valid[index].spec }],
          ),
          [],
        );
      });
    }
  }
});
