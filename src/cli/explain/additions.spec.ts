import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolved, settings } from '../../../test/support/core-cases.js';
import { buildPatch, shapeOf } from '../../core/patch/patch.js';
import { type Addition, additionsOf } from './additions.js';

const ALL = settings({
  proxy: { mode: 'native' },
  pod: {
    volumes: [{ name: 'certs', secret: { secretName: 'certs' } }],
    imagePullSecrets: [{ name: 'pull' }],
    labels: { 'example.com/team': 'mesh' },
    annotations: { note: 'x' },
  },
});
const RECORD = { version: '1', configHash: 'abc', warnings: [] };

function additions(pod: object): Addition[] {
  const spec = { containers: [{ name: 'app' }] };
  return additionsOf(buildPatch(shapeOf({ spec, ...pod }, ALL, resolved(ALL)), resolved(ALL), ALL, RECORD));
}

describe('additionsOf', () => {
  it('lists everything that a patch adds', () => {
    const words = additions({ metadata: { annotations: {}, labels: {} } }).filter(
      ({ name }) => !name.startsWith('proxy-injection/'),
    );
    assert.deepEqual(words, [
      { kind: 'annotation', name: 'note', detail: 'x' },
      { kind: 'label', name: 'example.com/team', detail: 'mesh' },
      { kind: 'volume', name: 'certs' },
      { kind: 'pull secret', name: 'pull' },
      { kind: 'init container', name: 'init-iptables', detail: ALL.init.image },
      { kind: 'native sidecar', name: 'proxy-sidecar', detail: ALL.proxy.image },
    ]);
  });

  it('lists new values in the resources of the Pod', () => {
    const operations = [
      { op: 'add', path: '/spec/resources/limits/cpu', value: '1050m' },
      { op: 'add', path: '/spec/resources/requests', value: { cpu: '1050m' } },
    ] as const;
    assert.deepEqual(additionsOf(operations), [
      { kind: 'pod resource', name: 'limits.cpu', detail: '1050m' },
      { kind: 'pod resource', name: 'requests.cpu', detail: '1050m' },
    ]);
  });

  it('lists the same for a Pod without metadata, labels, or annotations', () => {
    const names = (pod: object) => additions(pod).map(({ kind, name }) => `${kind} ${name}`);
    const comparable = (pod: object) => names(pod).filter((name) => !name.endsWith('/added'));
    const expected = comparable({ metadata: { annotations: {}, labels: {} } }).sort();
    assert.deepEqual(comparable({}).sort(), expected);
    assert.deepEqual(comparable({ metadata: {} }).sort(), expected);
  });
});
