import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { summary } from '../summary.js';

const RESULT = {
  times: ['unit 3 s', 'chart 4 s'],
  passed: 7,
  failed: 0,
  skipped: 1,
  failures: [],
  leftOut: [],
};

describe('the summary of a run', () => {
  it('ends with the counts if every suite ran', () => {
    assert.equal(summary(RESULT), '\nunit 3 s, chart 4 s\n\n7 passed, 0 failed, 1 skipped\n');
  });

  it('ends with what was left out and why, behind everything else', () => {
    const failures = [{ suite: 'unit', name: 'adds', message: 'expected 2\ngot 3' }];
    const leftOut = ['redirect: needs root', 'cluster: no runc; run npm run tools'];
    assert.equal(
      summary({ ...RESULT, failed: 1, failures, leftOut }),
      `
unit 3 s, chart 4 s

failures:
  unit: adds
    expected 2
    got 3

7 passed, 1 failed, 1 skipped

left out:
  redirect: needs root
  cluster: no runc; run npm run tools
`,
    );
  });
});
