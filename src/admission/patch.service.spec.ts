import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settings } from '../../test/support/core-cases.js';
import type { Injected } from '../core/decision/decision.js';
import { Injector } from '../core/injector.js';
import type { StringMap } from '../core/values/shape.js';
import { PatchService } from './patch.service.js';

/** Counts the patches it builds. */
class CountingInjector extends Injector {
  built = 0;

  override patch(decision: Injected) {
    this.built += 1;
    return super.patch(decision);
  }

  injected(annotations?: object, spec: object = {}, namespace: StringMap = {}): Injected {
    const pod = {
      metadata: { ...(annotations && { annotations }) },
      spec: { containers: [{ name: 'app' }], ...spec },
    };
    return this.decide(pod, { namespace: 'shop' }, { annotations: namespace }) as Injected;
  }
}

function injector(configHash = 'abc'): CountingInjector {
  return new CountingInjector(settings(), { version: '1.0.0', configHash });
}

describe(PatchService.name, () => {
  it('builds one patch for Pods of the same shape', () => {
    const [sut, ours] = [new PatchService(), injector()];
    const patches = ['1', '2', '3'].map((value) => sut.patch(ours.injected({ note: value }), ours));
    assert.deepEqual([new Set(patches).size, ours.built], [1, 1]);
  });

  it('builds a patch per shape and per set of overrides', () => {
    const [sut, ours] = [new PatchService(), injector()];
    const patches = [
      ours.injected(),
      ours.injected({}),
      ours.injected({}, { initContainers: [] }),
      ours.injected({ 'proxy-injection/log-level': 'debug' }),
      ours.injected({ 'proxy-injection/log-level': 'warn' }),
    ].map((decision) => sut.patch(decision, ours));
    assert.deepEqual([new Set(patches).size, ours.built], [5, 5]);
  });

  it("builds a patch per user and group that the proxy has from the Pod's namespace", () => {
    const sut = new PatchService();
    const identity = { version: '1.0.0', configHash: 'abc' };
    const ours = new CountingInjector(settings({ proxy: { uid: 'namespace', gid: 'namespace' } }), identity);
    const patchIn = (users: string, groups: string) => {
      const namespace = {
        'openshift.io/sa.scc.uid-range': users,
        'openshift.io/sa.scc.supplemental-groups': groups,
      };
      return sut.patch(ours.injected({}, {}, namespace), ours);
    };
    const patches = [
      patchIn('10/10', '10/10'),
      patchIn('10/10', '20/10'),
      patchIn('20/10', '10/10'),
      patchIn('10/10', '10/10'),
    ];
    assert.deepEqual([new Set(patches).size, ours.built], [3, 3]);
    assert.equal(patches[0], patches[3]);
  });

  it('builds a patch per time that the proxy drains', () => {
    const [sut, ours] = [new PatchService(), injector()];
    const stopping = (seconds: number, grace: number) =>
      sut.patch(
        ours.injected(undefined, {
          containers: [{ name: 'app', lifecycle: { preStop: { sleep: { seconds } } } }],
          terminationGracePeriodSeconds: grace,
        }),
        ours,
      );
    const patches = [stopping(0, 30), stopping(5, 30), stopping(9, 30), stopping(5, 60)];
    assert.deepEqual([new Set(patches).size, ours.built], [3, 3]);
  });

  it('builds a patch per container that kubectl should pick', () => {
    const sut = new PatchService();
    const container = { lifecycle: { postStart: { exec: { command: ['wait'] } } } };
    const held = settings({ proxy: { holdApplication: 'enabled', container } });
    const ours = new CountingInjector(held, { version: '1.0.0', configHash: 'abc' });
    const patches = ['app', 'web', 'app'].map((name) =>
      sut.patch(ours.injected(undefined, { containers: [{ name }, { name: 'log' }] }), ours),
    );
    assert.deepEqual([new Set(patches).size, ours.built], [2, 2]);
  });

  it('builds a patch per injector', () => {
    const [sut, one, two] = [new PatchService(), injector('one'), injector('two')];
    assert.notEqual(sut.patch(one.injected(), one), sut.patch(two.injected(), two));
  });

  it('keeps the patches of several injectors at a time', () => {
    const [sut, one, two] = [new PatchService(), injector('one'), injector('two')];
    for (const ours of [one, two, one, two]) sut.patch(ours.injected(), ours);
    assert.deepEqual([one.built, two.built], [1, 1]);
  });

  it('has no patch for a Pod that does not change', () => {
    const [sut, ours] = [new PatchService(), injector()];
    const skipped = { outcome: 'skipped', reason: 'already-injected', message: '', warnings: [] } as const;
    const denied = { outcome: 'denied', reason: 'port-conflict', message: '' } as const;
    assert.deepEqual([sut.patch(skipped, ours), sut.patch(denied, ours)], [undefined, undefined]);
  });

  it('moves a misplaced init container, and touches nothing else', () => {
    const [sut, ours] = [new PatchService(), injector()];
    const moved = { outcome: 'skipped', reason: 'already-injected', message: '', warnings: [] } as const;
    const patch = Buffer.from(sut.patch({ ...moved, misplacedInit: 2 }, ours) ?? '', 'base64').toString();
    const move = { op: 'move', from: '/spec/initContainers/2', path: '/spec/initContainers/-' };
    assert.deepEqual(JSON.parse(patch), [move]);
  });

  it('keeps a bounded number of patches, however many overrides there are', () => {
    const [sut, ours] = [new PatchService(), injector()];
    const level = (index: number) => ours.injected({ 'proxy-injection/log-level': `level-${index}` });
    for (let index = 0; index < 1000; index += 1) sut.patch(level(index), ours);
    sut.patch(level(0), ours);
    assert.equal(ours.built, 1001);
    sut.patch(level(0), ours);
    assert.equal(ours.built, 1001);
  });

  it('does not keep patches of overrides that are padded with spaces', () => {
    const [sut, ours] = [new PatchService(), injector()];
    const padded = (spaces: number) =>
      ours.injected({ 'proxy-injection/skip-inbound-ports': `80${' '.repeat(spaces)}` });
    for (const _ of [1, 2]) sut.patch(padded(10), ours);
    assert.equal(ours.built, 1);
    for (const _ of [1, 2]) sut.patch(padded(1_000_000), ours);
    assert.equal(ours.built, 3);
  });
});
