import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FinalDecision, Injected } from '../../../src/core/decision/decision.js';
import { Injector } from '../../../src/core/injector.js';
import type { AddOperation } from '../../../src/core/patch/patch.js';
import { isObject, type JsonObject } from '../../../src/core/values/json.js';
import { type SettingsChange, settings } from '../../support/core-cases.js';
import { fc } from '../../support/fast-check.js';
import { patched } from '../golden/golden-case.js';
import { additions, pods } from './pods.js';

const RUNS = { numRuns: 2000 };
const IDENTITY = { version: '1.0.0', configHash: 'abc' };

const settingsChanges: fc.Arbitrary<SettingsChange> = fc.record({
  proxy: fc.record({ mode: fc.constantFrom('container', 'native') }),
  pod: additions,
});

/** The decision about a Pod and, where it is injected, the patch and the Pod with it. */
function inject(pod: unknown, change: SettingsChange) {
  const injector = new Injector(settings(change), IDENTITY);
  const decision = injector.decide(pod, { namespace: 'shop' }, { annotations: {} }) as FinalDecision;
  if (decision.outcome !== 'injected') return { decision };
  const patch = injector.patch(decision);
  return { decision, patch, after: patched(pod, patch) as JsonObject };
}

function forInjected(
  check: (
    pod: JsonObject,
    injected: { decision: Injected; patch: AddOperation[]; after: JsonObject },
    change: SettingsChange,
  ) => void,
) {
  let injections = 0;
  fc.assert(
    fc.property(pods, settingsChanges, (pod, change) => {
      const { decision, patch, after } = inject(pod, change);
      if (decision.outcome !== 'injected' || !patch || !after) return;
      injections += 1;
      check(pod, { decision, patch, after }, change);
    }),
    RUNS,
  );
  assert.ok(injections > RUNS.numRuns / 4, `only ${injections} pods were injected`);
}

describe('the patch of any Pod', () => {
  it('applies, and adds just one proxy and one init container', () => {
    forInjected((_pod, { after }) => {
      const spec = after.spec as { containers: { name: string }[]; initContainers: { name: string }[] };
      const names = [...spec.containers, ...spec.initContainers].map(({ name }) => name);
      assert.equal(names.filter((name) => name === 'proxy-sidecar').length, 1);
      assert.equal(names.filter((name) => name === 'init-iptables').length, 1);
    });
  });

  it("loses, changes and reorders nothing of the user's", () => {
    forInjected((pod, { after }) => assert.ok(contains(after, pod), JSON.stringify({ pod, after })));
  });

  it('comes before the init containers in native mode, and after them in container mode', () => {
    forInjected((_pod, { decision, after }) => {
      const names = (after.spec as { initContainers: { name: string }[] }).initContainers.map(
        ({ name }) => name,
      );
      if (decision.settings.mode === 'native')
        assert.deepEqual(names.slice(0, 2), ['init-iptables', 'proxy-sidecar']);
      else assert.equal(names.at(-1), 'init-iptables');
    });
  });

  it('changes nothing at a second time', () => {
    forInjected((_pod, { after }, change) => {
      const again = inject(after, change).decision;
      assert.deepEqual([again.outcome, again.reason], ['skipped', 'already-injected']);
    });
  });

  it('can be undone: without what it added the Pod is what it was', () => {
    forInjected((pod, { patch, after }) => {
      const before = patch.reduceRight<unknown>(
        (state, { path }) => patched(state, [removal(path, state)]),
        after,
      );
      assert.deepEqual(withoutNulls(before), withoutNulls(pod));
    });
  });
});

describe('the decision about anything', () => {
  it('is made without an exception', () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record({ metadata: fc.jsonValue(), spec: fc.jsonValue() }),
      fc.record({
        metadata: fc.record({ annotations: fc.jsonValue(), labels: fc.jsonValue() }),
        spec: fc.record({
          containers: fc.jsonValue(),
          initContainers: fc.jsonValue(),
          volumes: fc.jsonValue(),
          imagePullSecrets: fc.jsonValue(),
          securityContext: fc.jsonValue(),
          nodeSelector: fc.jsonValue(),
          os: fc.jsonValue(),
        }),
      }),
      fc.record({
        spec: fc.record({
          containers: fc.array(
            fc.record({
              name: fc.oneof(fc.string(), fc.jsonValue()),
              ports: fc.jsonValue(),
              securityContext: fc.jsonValue(),
            }),
          ),
        }),
      }),
    );
    fc.assert(
      fc.property(anything, settingsChanges, (object, change) => {
        const { decision, after } = inject(object as unknown as JsonObject, change);
        assert.ok(['injected', 'skipped', 'denied'].includes(decision.outcome));
        assert.equal(after !== undefined, decision.outcome === 'injected');
      }),
      RUNS,
    );
  });
});

/** True if all of `part` is in `whole`: every member, and every list entry in the same order. Null counts as nothing. */
function contains(whole: unknown, part: unknown): boolean {
  if (part === null || part === undefined) return true;
  if (Array.isArray(part)) {
    if (!Array.isArray(whole)) return false;
    let next = 0;
    for (const entry of whole) {
      if (next < part.length && JSON.stringify(entry) === JSON.stringify(part[next])) next += 1;
    }
    return next === part.length;
  }
  if (isObject(part)) {
    return (
      isObject(whole) &&
      Object.keys(part).every((key) => Object.hasOwn(whole, key) && contains(whole[key], part[key]))
    );
  }
  return whole === part;
}

/** The operation that takes back an addition; `-` was the end of the list. */
function removal(path: string, state: unknown): object {
  if (!path.endsWith('/-')) return { op: 'remove', path };
  const list = path.slice(0, -2);
  const [, , field] = list.split('/');
  const { spec } = state as { spec: { [field: string]: unknown[] } };
  return { op: 'remove', path: `${list}/${(spec[field ?? '']?.length ?? 0) - 1}` };
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const copy = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner !== null)
      Object.defineProperty(copy, key, {
        value: withoutNulls(inner),
        enumerable: true,
        writable: true,
        configurable: true,
      });
  }
  return copy;
}
