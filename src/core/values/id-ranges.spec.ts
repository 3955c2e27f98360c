import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ID_RANGE, ID_RANGES } from './id-ranges.js';

describe('ID_RANGE', () => {
  const rows: [text: string, range: [first: number, last: number] | undefined][] = [
    ['1000650000/10000', [1000650000, 1000659999]],
    ['1000650000-1000659999', [1000650000, 1000659999]],
    ['0/2', [0, 1]],
    ['5-6', [5, 6]],
    ['2147483646/2', [2147483646, 2147483647]],
    ['2147483647/2', undefined],
    ['2147483646-2147483648', undefined],
    ['5/1', undefined],
    ['5/0', undefined],
    ['5-5', undefined],
    ['6-5', undefined],
    ['5', undefined],
    ['5/', undefined],
    ['/5', undefined],
    ['-5/10', undefined],
    ['5/10/2', undefined],
    ['5/10,20/10', undefined],
    ['5/10 ', undefined],
    ['0x5/10', undefined],
    ['00000000005/10', undefined],
    ['', undefined],
  ];
  for (const [text, range] of rows) {
    it(`${range ? 'accepts' : 'rejects'} ${JSON.stringify(text)}`, () => {
      const { first, last } = ID_RANGE.parse(text) ?? {};
      assert.deepEqual(first === undefined ? undefined : [first, last], range);
    });
  }
});

describe('ID_RANGES', () => {
  it('accepts one range or several', () => {
    assert.deepEqual(ID_RANGES.parse('5/10'), [{ first: 5, last: 14 }]);
    assert.deepEqual(ID_RANGES.parse('5/10, 20-29'), [
      { first: 5, last: 14 },
      { first: 20, last: 29 },
    ]);
  });

  it('rejects an empty text, and a list with an invalid range', () => {
    for (const text of ['', ' ', ',', '5/10,', '5/10,x', 'x,5/10']) {
      assert.equal(ID_RANGES.parse(text), undefined, JSON.stringify(text));
    }
  });
});
