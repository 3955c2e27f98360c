import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../../tools/checkout.js';
import { EXCLUSIONS, FACTORS, has, ROWS, type Row } from '../nightly/life/factors.js';
import { coveringPairs } from '../nightly/life/pairs.js';
import { lifeTable, PAGE, STAGES, withTable } from '../nightly/life/table.js';

/** Every pair of values of two factors. */
const PAIRS: Partial<Row>[] = Object.entries(FACTORS).flatMap(([one, values], index) =>
  Object.entries(FACTORS)
    .slice(index + 1)
    .flatMap(([other, others]) =>
      values.flatMap((value) => others.map((second) => ({ [one]: value, [other]: second }))),
    ),
);

describe('the Pods whose life the cluster suite runs', () => {
  it('contain every pair of values, except for those that are excluded', () => {
    const missing = PAIRS.filter((pair) => !ROWS.some((row) => has(row, pair)));
    assert.deepEqual(
      missing,
      EXCLUSIONS.map(({ values }) => values),
    );
  });

  it('are as few as possible: the two factors with the most values have that many pairs', () => {
    assert.equal(ROWS.length, FACTORS.pod.length * FACTORS.workload.length);
  });

  it('contain each value of a factor about equally often', () => {
    for (const [factor, values] of Object.entries(FACTORS)) {
      const counts = values.map((value) => ROWS.filter((row) => has(row, { [factor]: value })).length);
      assert.ok(Math.max(...counts) - Math.min(...counts) <= 2, `${factor}: ${counts}`);
    }
  });

  it('are those in the docs, which say that each of them passed, and why others are excluded', () => {
    const page = readFileSync(join(ROOT, PAGE), 'utf8');
    const passed = new Map(ROWS.map((row) => [row, new Set(STAGES)]));
    assert.equal(page, withTable(page, lifeTable(passed)));
    for (const { why } of EXCLUSIONS) assert.ok(page.replaceAll(/\s+/g, ' ').includes(why), why);
  });
});

describe('coveringPairs', () => {
  it('takes rows in the order of the values, and leaves out pairs that no allowed row has', () => {
    const factors = { a: ['1', '2'], b: ['1', '2'], c: ['1', '2'] };
    assert.deepEqual(
      coveringPairs(factors, ({ a, b }) => a === '1' || b === '1'),
      [
        { a: '1', b: '1', c: '1' },
        { a: '1', b: '2', c: '1' },
        { a: '1', b: '2', c: '2' },
        { a: '2', b: '1', c: '1' },
        { a: '2', b: '1', c: '2' },
      ],
    );
  });
});
