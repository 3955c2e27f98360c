import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jsonText, literalVariables } from './literal-variables.js';
import { MAX_CODE_POINTS } from './program.js';

const entries = (count: number, length: number) => Array.from({ length: count }, () => 'x'.repeat(length));

describe('literalVariables', () => {
  it('writes one variable if its text is short enough', () => {
    assert.deepEqual(literalVariables('config', { list: [1], map: { a: 'b' } }), [
      { name: 'config', expression: '{"list": dyn([dyn(1)]), "map": dyn({"a": dyn("b")})}' },
    ]);
  });

  it('writes a long list as the sum of lists that fit', () => {
    const variables = literalVariables('config', { list: entries(3, 40_000), other: 1 });
    const text = `dyn("${'x'.repeat(40_000)}")`;
    assert.deepEqual(variables, [
      { name: 'config1', expression: `[${text}, ${text}]` },
      { name: 'config2', expression: `[${text}]` },
      { name: 'config', expression: '{"list": dyn(variables.config1 + variables.config2), "other": dyn(1)}' },
    ]);
  });

  it('makes variables of the long members of a long map', () => {
    const [long, short] = ['x'.repeat(89_990), 'x'.repeat(100)];
    assert.deepEqual(literalVariables('config', { map: { long, short } }), [
      { name: 'config1', expression: `"${long}"` },
      {
        name: 'config',
        expression: `{"map": dyn({"long": dyn(variables.config1), "short": dyn("${short}")})}`,
      },
    ]);
  });

  for (const [title, value] of [
    ['short', { a: [{ b: 'dyn(1) + variables.config' }], c: {}, d: [], e: [[]], f: 'say \\"[a] + [b]\\"' }],
    ['of many long lists', { a: { b: entries(50_000, 1), c: entries(10, 50_000) }, d: entries(300, 1000) }],
    ['of lists in lists', [[entries(200, 900), 1], entries(200, 900), []]],
    ['of long texts', { a: Object.fromEntries(entries(9, 20_000).map((text, index) => [index, text])) }],
    ['of characters that JSON counts as two', { a: ['😀'.repeat(89_000), '😀'.repeat(1000)] }],
  ] as const) {
    it(`divides a value that is ${title} into expressions that fit, and jsonText reads it back`, () => {
      const variables = literalVariables('config', value);
      for (const { expression } of variables) assert.ok([...expression].length <= MAX_CODE_POINTS);
      assert.deepEqual(JSON.parse(jsonText(variables, 'config')), value);
    });
  }

  for (const [title, value, message] of [
    [
      'text',
      { a: ['', { b: 'x'.repeat(90_000) }] },
      'a[1].b: expected at most 90000 characters as a CEL literal, got 90002',
    ],
    [
      'map of many short members',
      { a: Object.fromEntries(entries(5000, 10).map((text, index) => [`key-${index}`, text])) },
      'a: expected at most 90000 characters as a CEL literal, got 153890',
    ],
  ] as const) {
    it(`rejects a ${title} that is too long`, () => {
      assert.throws(() => literalVariables('config', value), { name: 'Error', message });
    });
  }
});

describe('jsonText', () => {
  it('is null without the variable', () => {
    assert.equal(jsonText([], 'config'), 'null');
  });
});
