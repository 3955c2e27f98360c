import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse, plain } from '../../../src/manifests/tree/parse.js';

/** A scalar, and its value in sigs.k8s.io/yaml, with which Kubernetes reads manifests. */
const SCALARS: readonly [string, unknown][] = [
  ['yes', true],
  ['Off', false],
  ['y', true],
  ['~', null],
  ['0644', 420],
  ['0o17', 15],
  ['0x1F', 31],
  ['1_000', 1000],
  ['1e3', 1000],
  ['.5', 0.5],
  ['12:30:45', '12:30:45'],
  ['2026-03-01', '2026-03-01'],
  ['2026-03-01T09:12:45Z', '2026-03-01T09:12:45Z'],
  ['0.1.0', '0.1.0'],
  ['.', '.'],
  ['e1234567', 'e1234567'],
  ['12e34567', '12e34567'],
  ["'yes'", 'yes'],
  ['!!str 5', '5'],
];

describe('parse', () => {
  for (const [text, value] of SCALARS) {
    it(`reads a scalar as Kubernetes does: ${text}`, () => {
      assert.deepEqual(plain(parse(`value: ${text}\n`).document), { value });
      assert.deepEqual(plain(parse(`%YAML 1.2\n---\nvalue: ${text}\n`).document), { value });
    });
  }
});
