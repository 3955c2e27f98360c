import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Injector } from '../../../src/core/injector.js';
import { readAdded } from '../../../src/core/patch/added-annotation.js';
import { removalOf } from '../../../src/core/patch/removal.js';
import { ADDED } from '../../../src/core/pod/annotations.js';
import { isObject, type JsonObject } from '../../../src/core/values/json.js';
import { parseQuantity } from '../../../src/core/values/quantity.js';
import { settings } from '../../support/core-cases.js';
import { fc } from '../../support/fast-check.js';
import { patched } from '../golden/golden-case.js';
import { resources } from './resources.js';

const RUNS = { numRuns: 1000 };

const inputs = fc.record({
  ofPod: fc.option(resources, { nil: undefined }),
  ofApp: fc.option(resources, { nil: undefined }),
  proxy: resources.filter(isValid),
  policy: fc.constantFrom('omit' as const, 'grow' as const),
  mode: fc.constantFrom('container' as const, 'native' as const),
});

interface Spec {
  readonly containers: readonly { readonly name: string; readonly resources?: JsonObject }[];
  readonly resources?: JsonObject;
}

/** Checks Pods that are injected, each with the injector's settings. */
function forInjected(check: (before: Spec, after: Spec, pods: readonly [object, object]) => void): void {
  fc.assert(
    fc.property(inputs, ({ ofPod, ofApp, proxy, policy, mode }) => {
      const all = settings({ proxy: { mode, podResources: policy, container: { resources: proxy } } });
      const injector = new Injector(all, { version: '1.0.0', configHash: 'abc' });
      const app = { name: 'app', ...(ofApp && { resources: ofApp }) };
      const pod = { metadata: {}, spec: { containers: [app], ...(ofPod && { resources: ofPod }) } };
      const decision = injector.decide(pod, { namespace: 'shop' }, { annotations: {} });
      assert.ok(decision.outcome === 'injected');
      const after = patched(pod, injector.patch(decision)) as { spec: Spec };
      check(pod.spec as Spec, after.spec, [pod, after]);
    }),
    RUNS,
  );
}

describe('the resources of any injected Pod', () => {
  it('never shrink', () => {
    forInjected((before, after) => {
      for (const [kind, amounts] of Object.entries(before.resources ?? {})) {
        for (const [resource, amount] of Object.entries(amounts as JsonObject)) {
          const now = ((after.resources as JsonObject)[kind] as JsonObject)[resource];
          assert.ok(amountOf(now) >= amountOf(amount), `${kind}.${resource}: ${amount} became ${now}`);
        }
      }
    });
  });

  it('never request more than their limit', () => {
    forInjected((before, after) => {
      if (isValid(before.resources)) assert.ok(isValid(after.resources), JSON.stringify(after.resources));
    });
  });

  it('are those of the app as before', () => {
    forInjected((before, after) => assert.deepEqual(after.containers[0], before.containers[0]));
  });

  it('are restored exactly when the proxy is removed', () => {
    forInjected((_before, _after, [pod, after]) => {
      assert.deepEqual(patched(after, removalOf(after)?.operations ?? []), JSON.parse(JSON.stringify(pod)));
    });
  });

  it('are restored exactly after the API server has set requests', () => {
    forInjected((_before, _after, [pod, after]) => {
      const { resources: own } = (after as { spec: Spec }).spec;
      if (!isObject(own) || !isObject((pod as { spec: Spec }).spec.resources?.limits)) return;
      const { annotations } = (after as { metadata: { annotations: JsonObject } }).metadata;
      if (readAdded(annotations[ADDED] as string).resources === undefined) return;
      const live = withResources(after, {
        ...own,
        requests: { ...(own.limits as object), ...(own.requests as object) },
      });
      assert.deepEqual(patched(live, removalOf(live)?.operations ?? []), JSON.parse(JSON.stringify(pod)));
    });
  });
});

function isValid(all: JsonObject | undefined): boolean {
  const [requests, limits] = [all?.requests ?? {}, all?.limits ?? {}] as [JsonObject, JsonObject];
  return Object.keys(requests).every(
    (resource) =>
      limits[resource] === undefined || amountOf(requests[resource]) <= amountOf(limits[resource]),
  );
}

function amountOf(quantity: unknown): bigint {
  return parseQuantity(String(quantity)) ?? 0n;
}

function withResources(pod: object, own: object): object {
  const { spec } = pod as { spec: object };
  return { ...pod, spec: { ...spec, resources: own } };
}
