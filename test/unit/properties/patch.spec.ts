import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FinalDecision, Injected } from '../../../src/core/decision/decision.js';
import { Injector } from '../../../src/core/injector.js';
import type { PatchOperation } from '../../../src/core/patch/patch.js';
import { removalOf } from '../../../src/core/patch/removal.js';
import { isObject, type JsonObject, valueAt } from '../../../src/core/values/json.js';
import { pointerTokens } from '../../../src/core/values/pointer.js';
import { type SettingsChange, settings } from '../../support/core-cases.js';
import { fc } from '../../support/fast-check.js';
import { patched } from '../golden/golden-case.js';
import { additions, laterInitContainers, pods, proxies, withoutOwnAnnotations } from './pods.js';

const RUNS = { numRuns: 2000 };
const REINVOKED = 500;
const IDENTITY = { version: '1.0.0', configHash: 'abc' };

const settingsChanges: fc.Arbitrary<SettingsChange> = fc.record({
  proxy: proxies,
  redirect: fc.record({ probes: fc.constantFrom('proxied', 'direct') }),
  pod: additions,
});

/** Decides about a Pod. If it is injected, returns the patch and the patched Pod too. */
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
    injected: { decision: Injected; patch: PatchOperation[]; after: JsonObject },
    change: SettingsChange,
  ) => void,
) {
  let injected = 0;
  fc.assert(
    fc.property(pods, settingsChanges, (pod, change) => {
      const { decision, patch, after } = inject(pod, change);
      if (decision.outcome !== 'injected' || !patch || !after) return;
      injected += 1;
      check(pod, { decision, patch, after }, change);
    }),
    RUNS,
  );
  assert.ok(injected > RUNS.numRuns / 4, `only ${injected} Pods were injected`);
}

describe('the patch of any Pod', () => {
  it('applies, and adds exactly one proxy and one init container', () => {
    forInjected((_pod, { after }) => {
      const spec = after.spec as { containers: { name: string }[]; initContainers: { name: string }[] };
      const names = [...spec.containers, ...spec.initContainers].map(({ name }) => name);
      assert.equal(names.filter((name) => name === 'proxy-sidecar').length, 1);
      assert.equal(names.filter((name) => name === 'init-iptables').length, 1);
    });
  });

  it('removes, changes, and reorders nothing in the Pod, except for annotations of ours and ports of probes', () => {
    forInjected((pod, { patch, after }) => {
      const replaced = patch.filter(({ op }) => op === 'replace');
      const expected = patched(withoutOwnAnnotations(pod), replaced);
      assert.ok(contains(after, expected), JSON.stringify({ pod, after }));
    });
  });

  it('replaces nothing but ports of probes, by ports that the rules map to them and that are free', () => {
    let count = 0;
    forInjected((pod, { patch, after }, { redirect }) => {
      const rules = rulesOf(after);
      const used = new Set(portsIn(pod));
      for (const operation of patch.filter(({ op }) => op === 'replace')) {
        count += 1;
        assert.equal(redirect?.probes, 'direct');
        assert.match(operation.path, REPLACEABLE);
        const { value } = operation as { value: number };
        assert.ok(!used.has(value), `${value} is in use`);
        const [port] = resolvedPort(pod, operation.path);
        assert.ok(
          rules.includes(
            `-A PROXY_INBOUND -p tcp -m multiport --dports ${value} -j REDIRECT --to-ports ${port}`,
          ),
        );
      }
    });
    assert.ok(count > 500, `only ${count} ports were replaced`);
  });

  it('is undone by the removal, exactly', () => {
    forInjected((pod, { after }) => {
      if (withoutOwnAnnotations(pod) !== pod) return;
      const stored = JSON.parse(JSON.stringify(after)); // with the prototypes of `patched`
      const removed = patched(stored, removalOf(stored)?.operations ?? []);
      assert.equal(JSON.stringify(removed), JSON.stringify(pod));
    });
  });

  it('is the same for Pods with the same key', () => {
    const patches = new Map<string, string>();
    const injector = new Injector(settings({ redirect: { probes: 'direct' } }), IDENTITY);
    let hits = 0;
    fc.assert(
      fc.property(pods, (pod) => {
        const decision = injector.decide(pod, { namespace: 'shop' }, { annotations: {} }) as FinalDecision;
        if (decision.outcome !== 'injected') return;
        const key = injector.patchKey(decision);
        const patch = JSON.stringify(injector.patch(decision));
        if (patches.has(key)) hits += 1;
        assert.equal(patches.get(key) ?? patch, patch);
        patches.set(key, patch);
      }),
      RUNS,
    );
    assert.ok(hits > 100, `only ${hits} keys met`);
  });

  it('adds init containers first in native mode and last in container mode', () => {
    forInjected((_pod, { decision, after }) => {
      const names = (after.spec as { initContainers: { name: string }[] }).initContainers.map(
        ({ name }) => name,
      );
      if (decision.settings.mode === 'native')
        assert.deepEqual(names.slice(0, 2), ['init-iptables', 'proxy-sidecar']);
      else assert.equal(names.at(-1), 'init-iptables');
    });
  });

  it('adds the proxy first if it holds the app in container mode, and names the app for kubectl', () => {
    forInjected((pod, { decision, after }) => {
      const { containers } = after.spec as { containers: { name: string }[] };
      const { annotations } = after.metadata as { annotations: JsonObject };
      const { mode, holdApplication } = decision.settings;
      const isFirst = mode === 'container' && holdApplication;
      assert.equal(containers[0]?.name === 'proxy-sidecar', isFirst);
      const given = (pod as { metadata?: { annotations?: JsonObject } }).metadata?.annotations ?? {};
      const key = 'kubectl.kubernetes.io/default-container';
      const expected = Object.hasOwn(given, key) ? given[key] : isFirst ? containers[1]?.name : undefined;
      assert.equal(annotations[key], expected);
    });
  });

  it('lets the proxy drain as long as the app sleeps, within the grace period', () => {
    forInjected((pod, { decision }) => {
      const { terminationGracePeriodSeconds: grace } = pod.spec as JsonObject;
      assert.ok(decision.settings.drainSeconds <= Number(grace ?? 30));
    });
  });

  it('adds every volume that the Pod does not have, and none that it has', () => {
    forInjected((pod, { after }, { pod: added }) => {
      const before = volumeNames(pod);
      const names = (added?.volumes ?? []).map(({ name }) => name);
      assert.deepEqual(volumeNames(after), [...before, ...names.filter((name) => !before.includes(name))]);
    });
  });

  it('is not applied to an injected Pod again', () => {
    forInjected((_pod, { after }, change) => {
      const again = inject(after, change).decision;
      assert.deepEqual([again.outcome, again.reason], ['skipped', 'already-injected']);
    });
  });

  it('is not applied to a Pod that was injected with another configuration', () => {
    forInjected((_pod, { after }) => {
      const proxy = { mode: 'native', image: 'other:2', tcpPort: 1, udpPort: 2, uid: 3, gid: 4 } as const;
      const again = inject(after, { proxy, redirect: { ipv6: 'disabled', outbound: 'enabled' } }).decision;
      assert.deepEqual([again.outcome, again.reason], ['skipped', 'already-injected']);
    });
  });

  it('can be reverted to the original Pod, unless that had annotations of the injector', () => {
    forInjected((pod, { patch, after }) => {
      if (withoutOwnAnnotations(pod) !== pod) return;
      const before = patch.reduceRight<unknown>(
        (state, { op, path }) =>
          patched(state, [op === 'add' ? removal(path, state) : restoration(path, pod)]),
        after,
      );
      assert.deepEqual(withoutNulls(before), withoutNulls(pod));
    });
  });
});

describe('an injected Pod to which others then add init containers', () => {
  /** Checks Pods that are injected, changed by another webhook, and passed to the injector again. */
  function forReinvoked(
    check: (changed: JsonObject, after: JsonObject, injected: { mode: string; moves: number }) => void,
  ) {
    fc.assert(
      fc.property(pods, settingsChanges, laterInitContainers, (pod, change, later) => {
        const { decision, after: injected } = inject(pod, change);
        if (decision.outcome !== 'injected' || !injected) return;
        const changed = JSON.parse(JSON.stringify(later(injected))); // with the prototypes of `patched`
        const { moves, after } = moved(changed, change);
        check(changed, after, { mode: decision.settings.mode, moves: moves.length });
      }),
      { numRuns: REINVOKED },
    );
  }

  it('has the init container last again in container mode, and changes nothing else', () => {
    let count = 0;
    forReinvoked((changed, after, { mode, moves }) => {
      if (mode === 'native') return;
      const [before, ordered] = [initContainersOf(changed), initContainersOf(after)];
      const own = before.find(({ name }) => name === 'init-iptables');
      assert.deepEqual(ordered, [...before.filter((each) => each !== own), own]);
      assert.deepEqual(withInitContainers(after, []), withInitContainers(changed, []));
      assert.equal(moves, before.at(-1) === own ? 0 : 1);
      count += moves;
    });
    assert.ok(count > REINVOKED / 10, `only ${count} Pods were changed`);
  });

  it('is not changed in native mode', () => {
    forReinvoked((_changed, _after, { mode, moves }) => {
      if (mode === 'native') assert.equal(moves, 0);
    });
  });

  it('is not changed twice', () => {
    forReinvoked((_changed, after) => assert.deepEqual(moved(after, {}).moves, []));
  });

  it('loses the proxy and nothing else when it is removed', () => {
    forReinvoked((changed, after) => {
      const removed = (pod: JsonObject) => patched(pod, removalOf(pod)?.operations ?? []);
      assert.deepEqual(removed(after), removed(changed));
    });
  });
});

describe('the decision about any JSON', () => {
  it('never throws', () => {
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
          affinity: fc.jsonValue(),
          os: fc.jsonValue(),
        }),
      }),
      fc.record({
        spec: fc.record({
          containers: fc.array(
            fc.record({
              name: fc.oneof(fc.string(), fc.jsonValue()),
              livenessProbe: fc.oneof(fc.jsonValue(), fc.record({ httpGet: fc.jsonValue() })),
              lifecycle: fc.jsonValue(),
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

/** What the injector does with a Pod that is injected already. */
function moved(pod: JsonObject, change: SettingsChange) {
  const injector = new Injector(settings(change), IDENTITY);
  const decision = injector.decide(pod, { namespace: 'shop' }, { annotations: {} }) as FinalDecision;
  assert.ok(decision.outcome === 'skipped' && decision.reason === 'already-injected');
  const moves = injector.repairs(decision);
  return { moves, after: patched(pod, moves) as JsonObject };
}

function initContainersOf({ spec }: JsonObject): readonly JsonObject[] {
  return (spec as { initContainers: readonly JsonObject[] }).initContainers;
}

function withInitContainers(pod: JsonObject, initContainers: readonly JsonObject[]): JsonObject {
  return { ...pod, spec: { ...(pod.spec as JsonObject), initContainers } };
}

function volumeNames(pod: JsonObject): unknown[] {
  const { volumes } = pod.spec as { volumes?: readonly { name: unknown }[] | null };
  return (volumes ?? []).map(({ name }) => name);
}

/** Whether `whole` contains every member and list entry of `part`, in the same order. Null counts as missing. */
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

/** The operation that reverts an addition; `-` was the end of the list. */
function removal(path: string, state: unknown): object {
  if (!path.endsWith('/-')) return { op: 'remove', path };
  const list = path.slice(0, -2);
  const [, , field] = list.split('/');
  const { spec } = state as { spec: { [field: string]: unknown[] } };
  return { op: 'remove', path: `${list}/${(spec[field ?? '']?.length ?? 0) - 1}` };
}

/** The operation that reverts a replacement. */
function restoration(path: string, pod: unknown): object {
  return { op: 'replace', path, value: valueAt(pod, pointerTokens(path)) };
}

const REPLACEABLE =
  /^\/spec\/(?:c|initC)ontainers\/\d+\/(?:(?:startup|liveness|readiness)Probe\/(?:httpGet|tcpSocket|grpc)|lifecycle\/(?:postStart|preStop)\/httpGet)\/port$/;

/** The number of the port at a path: the number there, or that of the container's port of that name. */
function resolvedPort(pod: unknown, path: string): unknown[] {
  const tokens = pointerTokens(path);
  const given = valueAt(pod, tokens);
  const { ports } = valueAt(pod, tokens.slice(0, 3)) as {
    ports?: { name?: string; containerPort: number }[];
  };
  return typeof given === 'number'
    ? [given]
    : (ports ?? []).filter(({ name }) => name === given).map(({ containerPort }) => containerPort);
}

/** Every port that a Pod mentions, by number. */
function portsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'port' || key === 'containerPort' ? [inner] : portsIn(inner),
  );
}

/** The lines of the rules for iptables in an injected Pod. */
function rulesOf({ spec }: JsonObject): string[] {
  const { initContainers } = spec as { initContainers: { name: string; env: { value: string }[] }[] };
  return initContainers.find(({ name }) => name === 'init-iptables')?.env[1]?.value.split('\n') ?? [];
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
