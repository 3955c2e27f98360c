import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FinalDecision, Injected } from '../../../src/core/decision/decision.js';
import { Injector } from '../../../src/core/injector.js';
import { removalOf } from '../../../src/core/patch/removal.js';
import type { JsonObject } from '../../../src/core/values/json.js';
import { settings } from '../../support/core-cases.js';
import { fc } from '../../support/fast-check.js';
import { patched } from '../golden/golden-case.js';
import { combinations, defaults, groups } from './combinations.js';
import { withoutOwnAnnotations } from './pods.js';

const GROUPS = 300;

interface Case {
  readonly pod: JsonObject;
  readonly decision: Injected;
  readonly injector: Injector;
  readonly decide: (pod: unknown) => FinalDecision;
}

/** Checks groups of Pods that one injector injects, with any settings. */
function forInjected(check: (cases: readonly Case[]) => void): void {
  let injected = 0;
  fc.assert(
    fc.property(combinations, defaults, groups, (change, annotations, pods) => {
      const injector = new Injector(settings(change), { version: '1.0.0', configHash: 'abc' });
      const decide = (pod: unknown) => injector.decide(pod, { namespace: 'shop' }, { annotations });
      const cases = pods.flatMap((pod) => {
        const decision = decide(pod);
        return decision.outcome === 'injected' ? [{ pod, decision, injector, decide }] : [];
      });
      injected += cases.length;
      check(cases);
    }),
    { numRuns: GROUPS },
  );
  assert.ok(injected > GROUPS, `only ${injected} Pods were injected`);
}

function injectedPod({ pod, decision, injector }: Case): JsonObject {
  return JSON.parse(JSON.stringify(patched(pod, injector.patch(decision))));
}

describe('with any combination of settings and overrides, the patch', () => {
  it('is the same for Pods with the same key', () => {
    let hits = 0;
    forInjected((cases) => {
      const patches = new Map<string, string>();
      for (const { decision, injector } of cases) {
        const key = injector.patchKey(decision);
        const patch = JSON.stringify(injector.patch(decision));
        if (patches.has(key)) hits += 1;
        assert.equal(patches.get(key) ?? patch, patch);
        patches.set(key, patch);
      }
    });
    assert.ok(hits > GROUPS, `only ${hits} keys met`);
  });

  it('is not applied to an injected Pod again, which does not change', () => {
    forInjected((cases) => {
      for (const each of cases) {
        const again = each.decide(injectedPod(each));
        assert.ok(again.outcome === 'skipped' && again.reason === 'already-injected');
        assert.deepEqual([...each.injector.repairs(again), ...each.injector.record(again)], []);
      }
    });
  });

  it('is undone by the removal, exactly', () => {
    forInjected((cases) => {
      for (const each of cases) {
        const after = injectedPod(each);
        const removed = patched(after, removalOf(after)?.operations ?? []);
        const before = withoutOwnAnnotations(each.pod);
        if (before === each.pod) assert.equal(JSON.stringify(removed), JSON.stringify(before));
      }
    });
  });
});
