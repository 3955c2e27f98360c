import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Injector } from '../../../src/core/injector.js';
import { removalOf } from '../../../src/core/patch/removal.js';
import type { JsonObject } from '../../../src/core/values/json.js';
import { settings } from '../../support/core-cases.js';
import { fc } from '../../support/fast-check.js';
import { patched } from '../golden/golden-case.js';
import { additions, pods, proxies, withoutOwnAnnotations } from './pods.js';

/** A Pod with the defaults that the API server and its controllers set in the added containers. */
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
  let injected = 0;
  fc.assert(
    fc.property(pods, additions, proxies, (pod, added, proxy) => {
      const injector = new Injector(settings({ pod: added, proxy }), {
        version: '1.0.0',
        configHash: 'abc',
      });
      const decision = injector.decide(pod, { namespace: 'shop' }, { annotations: {} });
      if (decision.outcome !== 'injected') return;
      injected += 1;
      check(pod, patched(pod, injector.patch(decision)) as JsonObject);
    }),
    { numRuns: 2000 },
  );
  assert.ok(injected > 500, `only ${injected} Pods were injected`);
}

describe('removing the proxy from any injected Pod', () => {
  it('restores the original exactly, including nulls and empty lists, but without annotations of ours', () => {
    forInjected((pod, after) =>
      assert.deepEqual(patched(after, removalOf(after)?.operations ?? []), expected(pod)),
    );
  });

  it('also removes defaults that the API server set in the containers', () => {
    forInjected((pod, after) => {
      const live = defaulted(after);
      assert.deepEqual(patched(live, removalOf(live)?.operations ?? []), expected(pod));
    });
  });

  it('does nothing to a Pod without the proxy', () => {
    forInjected((pod) => assert.equal(removalOf(pod), undefined));
  });
});

/** Without undefined members, as JSON has none, and with the prototypes that `deepEqual` compares. */
function expected(pod: JsonObject): unknown {
  return JSON.parse(JSON.stringify(withoutOwnAnnotations(pod)));
}
