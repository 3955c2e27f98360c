import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { lineTime } from './line-time.js';

const MOMENTS = [0, 7, 999, 1000, 1_767_225_599_042, 1_767_225_600_000, 1_767_225_599_999];

describe(lineTime.name, () => {
  it("returns what pino's isoTime returns, whichever way the clock goes", (test) => {
    test.mock.timers.enable({ apis: ['Date'] });
    const sut = lineTime();
    for (const now of MOMENTS) {
      test.mock.timers.setTime(now);
      assert.equal(sut(), pino.stdTimeFunctions.isoTime());
    }
  });
});
