import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { literal } from './literal.js';
import { sentence } from './sentence.js';

describe('literal', () => {
  for (const [title, value, expected] of [
    ['numbers as they are', 5054, '5054'],
    ['texts with the escapes of JSON', 'a "b"\n', '"a \\"b\\"\\n"'],
    ['lists with entries of the type dyn', ['a', 1], '[dyn("a"), dyn(1)]'],
    ['maps in the order of their keys', { b: true, a: 'x' }, '{"a": dyn("x"), "b": dyn(true)}'],
    ['maps without members that are absent or null', { a: undefined, b: null }, '{}'],
    ['what is nested', { a: [{ b: 0.5 }] }, '{"a": dyn([dyn({"b": dyn(0.5)})])}'],
  ] as const) {
    it(`writes ${title}`, () => {
      assert.equal(literal(value), expected);
    });
  }
});

describe('sentence', () => {
  it('puts expressions where the function has its values', () => {
    const expression = sentence((a, b) => `from ${a} to ${b}.`, 'variables.a', 'b');
    assert.equal(expression, '"from " + string(variables.a) + " to " + string(b) + "."');
  });

  it('writes a text without values as a literal', () => {
    assert.equal(
      sentence(() => 'none'),
      '"none"',
    );
  });
});
