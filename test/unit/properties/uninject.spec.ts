import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Injector } from '../../../src/core/injector.js';
import { removalOf } from '../../../src/core/patch/removal.js';
import { isObject, type JsonObject } from '../../../src/core/values/json.js';
import { settings } from '../../support/core-cases.js';
import { fc } from '../../support/fast-check.js';
import { patched } from '../golden/golden-case.js';
import { additions, pods } from './pods.js';

/** What an API server and its controllers do to a Pod: they fill our containers in. */
function defaulted(pod: JsonObject): JsonObject {
  const { spec } = pod as { spec: JsonObject };
  const filled = (containers: unknown) =>
    Array.isArray(containers)
      ? containers.map((container) =>
          ['init-iptables', 'proxy-sidecar'].includes(container.name)
            ? {
                terminationMessagePath: '/dev/termination-log',
                resources: {},
                ...container,
                volumeMounts: [{}],
              }
            : container,
        )
      : containers;
  return {
    ...pod,
    spec: {
      ...spec,
      containers: filled(spec.containers),
      ...(spec.initContainers !== undefined && { initContainers: filled(spec.initContainers) }),
    },
  };
}

function forInjected(check: (pod: JsonObject, after: JsonObject) => void): void {
  let injections = 0;
  fc.assert(
    fc.property(pods, additions, fc.constantFrom('container', 'native'), (pod, added, mode) => {
      const injector = new Injector(settings({ pod: added, proxy: { mode: mode as 'native' } }), {
        version: '1.0.0',
        configHash: 'abc',
      });
      const decision = injector.decide(pod, { namespace: 'shop' }, { annotations: {} });
      if (decision.outcome !== 'injected') return;
      injections += 1;
      check(pod, patched(pod, injector.patch(decision)) as JsonObject);
    }),
    { numRuns: 2000 },
  );
  assert.ok(injections > 500, `only ${injections} pods were injected`);
}

describe('taking the proxy out of any injected Pod', () => {
  it('leaves just what was there before, to the last null and empty list', () => {
    forInjected((pod, after) =>
      assert.deepEqual(patched(after, removalOf(after)?.operations ?? []), withoutUndefined(pod)),
    );
  });

  it('takes what the API server filled in out with it', () => {
    forInjected((pod, after) => {
      const live = defaulted(after);
      assert.deepEqual(patched(live, removalOf(live)?.operations ?? []), withoutUndefined(pod));
    });
  });

  it('finds nothing at a second time', () => {
    forInjected((pod) => assert.equal(removalOf(pod), undefined));
  });
});

/** JSON has no undefined; the copy also has the prototypes that `deepEqual` compares. */
function withoutUndefined(value: JsonObject): unknown {
  assert.ok(isObject(value));
  return JSON.parse(JSON.stringify(value));
}
