import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { subject } from '../../../test/support/core-cases.js';
import { decide } from '../decision/decision.js';
import { Injector } from '../injector.js';
import type { Pod } from '../pod/pod.js';
import { recordSkipped } from './patch.js';

const SPEC = { containers: [{ name: 'app' }] };
const RECORD = { 'proxy-injection/status': 'skipped', 'proxy-injection/reason': 'host-network' };

function recorded(metadata: object | undefined): object[] {
  return recordSkipped({ ...(metadata && { metadata }), spec: SPEC } as Pod, 'host-network');
}

describe('the record on a skipped Pod', () => {
  it('creates what is missing', () => {
    const all = { op: 'add', path: '/metadata', value: { annotations: RECORD } };
    const annotations = { op: 'add', path: '/metadata/annotations', value: RECORD };
    assert.deepEqual(recorded(undefined), [all]);
    assert.deepEqual(recorded({ name: 'web' }), [annotations]);
    assert.deepEqual(recorded({ annotations: null }), [annotations]);
  });

  it('is added to annotations, and replaces what an earlier decision left', () => {
    const stale = {
      team: 'web',
      'proxy-injection/status': 'injected',
      'proxy-injection/warnings': 'the proxy keeps this Pod from completing',
    };
    assert.deepEqual(recorded({ annotations: stale }), [
      { op: 'add', path: '/metadata/annotations/proxy-injection~1status', value: 'skipped' },
      { op: 'add', path: '/metadata/annotations/proxy-injection~1reason', value: 'host-network' },
      { op: 'add', path: '/metadata/annotations/proxy-injection~1warnings', value: '' },
    ]);
  });

  it('is not written twice', () => assert.deepEqual(recorded({ annotations: RECORD }), []));
});

describe('Injector.record', () => {
  const hostNetwork = { ...SPEC, hostNetwork: true };
  const cases = [
    ['is empty if annotateOutcome is disabled', { annotateOutcome: 'disabled' }, { spec: hostNetwork }, 0],
    ['is written for an ineligible Pod', {}, { spec: hostNetwork }, 1],
    ['is written for an excluded namespace', {}, { request: { namespace: 'kube-system' } }, 1],
    [
      'is empty for a mirror Pod, which cannot change',
      {},
      { annotations: { 'kubernetes.io/config.mirror': 'x' } },
      0,
    ],
    ['is empty for other requests', {}, { request: { operation: 'UPDATE' } }, 0],
    ['is empty for a malformed Pod', {}, { object: { apiVersion: 'v1', kind: 'Pod', spec: 1 } }, 0],
  ] as const;
  for (const [sentence, change, given, operations] of cases) {
    it(sentence, () => {
      const asked = subject({ ...given, settings: { ineligiblePods: 'admit', ...change } });
      const injector = new Injector(asked.settings, { version: '1', configHash: 'abc' });
      const decision = decide({ ...asked, namespace: { annotations: {} } });
      assert.equal(decision.outcome, 'skipped');
      if (decision.outcome === 'skipped') assert.equal(injector.record(decision).length, operations);
    });
  }
});

describe('the record on an injected Pod', () => {
  const annotationsOf = (given: Parameters<typeof subject>[0]) => {
    const asked = subject(given);
    const injector = new Injector(asked.settings, { version: '1', configHash: 'abc' });
    const decision = injector.decide(asked.object, asked.request, { annotations: {} });
    assert.equal(decision.outcome, 'injected');
    if (decision.outcome !== 'injected') return {};
    const prefix = '/metadata/annotations/proxy-injection~1';
    const values = injector
      .patch(decision)
      .filter((operation) => operation.op === 'add')
      .filter(({ path }) => path.startsWith(prefix))
      .map(({ path, value }) => [path.slice(prefix.length), value]);
    return { ...Object.fromEntries(values), key: injector.patchKey(decision) };
  };
  const JOB = { spec: { ...SPEC, restartPolicy: 'Never' }, annotations: { team: 'web' } };
  const COMPLETING = 'the proxy keeps this Pod from completing; set proxy-injection/mode: native';

  it('has the warnings without the prefix of the response', () => {
    assert.equal(annotationsOf(JOB).warnings, COMPLETING);
    const typo = { ...JOB, annotations: { 'proxy-injection/mod': 'native' } };
    assert.equal(annotationsOf(typo).warnings, `${COMPLETING}\nunknown annotation proxy-injection/mod`);
  });

  it('has no warnings if there are none, or annotateOutcome is disabled', () => {
    assert.equal(annotationsOf({ annotations: { team: 'web' } }).warnings, undefined);
    const disabled = annotationsOf({ ...JOB, settings: { annotateOutcome: 'disabled' } });
    assert.equal(disabled.warnings, undefined);
    assert.equal(disabled.status, 'injected');
  });

  it('rewrites what a copy of a skipped Pod says', () => {
    const stale = { 'proxy-injection/reason': 'host-network', 'proxy-injection/warnings': 'old' };
    const { reason, status, warnings } = annotationsOf({ annotations: stale });
    assert.deepEqual([status, reason, warnings], ['injected', 'injected', '']);
  });

  it('is part of the key of the patch', () => {
    const other = { ...JOB, spec: { ...JOB.spec, restartPolicy: 'Always' } };
    assert.notEqual(annotationsOf(JOB).key, annotationsOf(other).key);
  });
});
