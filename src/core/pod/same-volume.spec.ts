import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../../../tools/checkout.js';
import type { JsonObject } from '../values/json.js';
import { isSameVolume } from './same-volume.js';

/** Volumes, and what the code of kube-apiserver 1.37.2 makes of them before it stores a Pod. */
const RECORDED: readonly { readonly given: JsonObject; readonly stored: JsonObject }[] = JSON.parse(
  readFileSync(join(ROOT, 'test', 'fixtures', 'volumes.json'), 'utf8'),
);

const CLAIM = { accessModes: ['ReadWriteOnce'], volumeMode: 'Filesystem' };

const DIFFERENT: readonly [string, JsonObject, JsonObject][] = [
  ['another source', { emptyDir: {} }, { hostPath: { path: '/' } }],
  ['another name in the source', { secret: { secretName: 'a' } }, { secret: { secretName: 'b' } }],
  ['another mode than the default', { secret: { secretName: 'a' } }, secret({ defaultMode: 0o600 })],
  ['the default instead of another mode', secret({ defaultMode: 0o600 }), secret({ defaultMode: 0o644 })],
  ['mode 0', secret({}), secret({ defaultMode: 0 })],
  ['an optional source', secret({}), secret({ optional: true })],
  ['fewer items', secret({ items: [{ key: 'a', path: 'a' }] }), secret({})],
  ['a medium', { emptyDir: {} }, { emptyDir: { medium: 'Memory' } }],
  ['a list instead of an object', { emptyDir: [1] }, { emptyDir: { medium: 'Memory' } }],
  ['a pull policy other than the default', { image: { reference: 'a' } }, image('a', 'IfNotPresent')],
  ['attributes that look like defaults', csi({}), csi({ apiVersion: 'v1', volumeMode: 'Filesystem' })],
  ['an empty attribute', csi({}), csi({ a: '' })],
  ['another attribute', csi({ a: 'b' }), csi({ c: 'b' })],
  ['attributes nested too deep for the stack', csi({ a: 'b' }), csi({ a: nested(100_000) })],
  ['a key of every object', csi({ a: 'b' }), { ...csi({ a: 'b' }), constructor: { name: 'x' } }],
];

function secret(fields: JsonObject): JsonObject {
  return { secret: { secretName: 'a', ...fields } };
}

function image(reference: string, pullPolicy: string): JsonObject {
  return { image: { reference, pullPolicy } };
}

function csi(volumeAttributes: JsonObject): JsonObject {
  return { csi: { driver: 'csi.example.com', volumeAttributes } };
}

function nested(depth: number): JsonObject {
  return JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
}

describe(isSameVolume.name, () => {
  for (const { given, stored } of RECORDED) {
    it(`recognizes the stored form of ${JSON.stringify(given)}`, () => {
      assert.ok(isSameVolume(given, stored));
      assert.ok(isSameVolume(stored, given));
      assert.ok(isSameVolume(stored, stored));
    });
  }

  it('tells all recorded volumes apart whose stored forms differ', () => {
    for (const one of RECORDED) {
      for (const other of RECORDED) {
        const isSame = JSON.stringify(one.stored) === JSON.stringify(other.stored);
        assert.equal(isSameVolume(one.given, other.stored), isSame, JSON.stringify([one, other]));
      }
    }
  });

  it('ignores the order of keys, and the null timestamp of older API servers', () => {
    const template = (metadata: object) => ({
      ephemeral: { volumeClaimTemplate: { spec: CLAIM, ...metadata } },
    });
    assert.ok(isSameVolume(template({}), template({ metadata: { creationTimestamp: null } })));
    assert.ok(isSameVolume(csi({ a: '1', b: '2' }), csi({ b: '2', a: '1' })));
  });

  for (const [difference, one, other] of DIFFERENT) {
    it(`sees ${difference}`, () => {
      assert.ok(!isSameVolume({ name: 'v', ...one }, { name: 'v', ...other }));
      assert.ok(!isSameVolume({ name: 'v', ...other }, { name: 'v', ...one }));
    });
  }
});
