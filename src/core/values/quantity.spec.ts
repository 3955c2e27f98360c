import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseQuantity } from './quantity.js';

describe('parseQuantity', () => {
  const AMOUNTS: readonly [string, number][] = [
    ['0', 0],
    ['1', 1],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['100m', 0.1],
    ['1k', 1000],
    ['1Ki', 1024],
    ['1M', 1e6],
    ['2Gi', 2 ** 31],
    ['1e3', 1000],
    ['1E3', 1000],
    ['1E', 1e18],
    ['1Ei', 2 ** 60],
    ['1e-3', 0.001],
    ['5u', 5e-6],
  ];
  for (const [text, amount] of AMOUNTS) {
    it(`parses ${text} as ${amount}`, () => {
      const parsed = parseQuantity(text);
      assert.ok(parsed !== undefined && Math.abs(parsed - amount) <= amount * 1e-12);
    });
  }

  for (const text of [
    '',
    ' 1',
    '1 ',
    '-1',
    '+1',
    '1K',
    '1mi',
    '1ee3',
    '.',
    'm',
    '1.2.3',
    '0x10',
    'NaN',
    'Infinity',
    '1e999',
  ]) {
    it(`rejects ${JSON.stringify(text)}`, () => assert.equal(parseQuantity(text), undefined));
  }
});
