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

/** Manifests that kubectl reads although YAML requires more indentation or a final newline, and their values. */
const LENIENT: readonly [string, string, unknown][] = [
  [
    'double quotes continue at the column of the key',
    'a:\n  b: "one\n  two"\n  c: 3\n',
    { a: { b: 'one two', c: 3 } },
  ],
  [
    'double quotes continue in the first column',
    'a:\n  b: "one\ntwo\n\nthree"\n',
    { a: { b: 'one two\nthree' } },
  ],
  ['single quotes continue in the first column', "a:\n  - 'one\ntwo'\n  - b\n", { a: ['one two', 'b'] }],
  ['quotes continue after a tab', 'a:\n  b: "one\n\ttwo"\n', { a: { b: 'one two' } }],
  [
    'a map continues at the column of the key',
    'a:\n  b: {\n  c: 1,\n  d: 2\n  }\ne: 3\n',
    { a: { b: { c: 1, d: 2 } }, e: 3 },
  ],
  [
    'a map continues in the first column',
    'a:\n  b: {c: one\ntwo,\nd: "x\ny"}\n',
    { a: { b: { c: 'one two', d: 'x y' } } },
  ],
  [
    'a list continues in the first column',
    'a:\n- [b,\n[c,\nd\n],\n]\n- e\n',
    { a: [['b', ['c', 'd']], 'e'] },
  ],
  ['a literal block ends the file', 'a:\n  b: |\n    echo', { a: { b: 'echo\n' } }],
  ['a folded block ends the file', 'a: >\n  one\n  two', { a: 'one two\n' }],
  ['a block that keeps its lines ends the file', 'a: |+\n  echo\n  ', { a: 'echo\n\n' }],
];

describe('a document', () => {
  for (const [name, text, value] of LENIENT) {
    it(`is read as kubectl reads it: ${name}`, () => {
      const { document } = parse(text);
      assert.deepEqual(document.errors, []);
      assert.deepEqual(plain(document), value);
    });
  }

  for (const [name, text] of [
    ['a plain scalar continues at the column of the key', 'a:\n  b: one\n  two\n'],
    ['a separator in a map', 'a: {b: 1\n---\nc: 2}\n'],
    ['a separator in quotes', 'a: "b\n--- c"\n'],
  ] as const) {
    it(`is rejected as kubectl rejects it: ${name}`, () => {
      assert.ok(parse(text).document.errors.length > 0);
    });
  }
});
