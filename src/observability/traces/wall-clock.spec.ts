import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WallClock } from './wall-clock.js';

describe(WallClock.name, () => {
  it("returns the system's time, and does not round it to milliseconds", () => {
    const sut = new WallClock();
    const times = Array.from({ length: 100 }, () => [sut.now(), Date.now()] as const);
    for (const [time, date] of times) assert.ok(Math.abs(time - date) <= 4, `${time} at ${date}`);
    assert.ok(times.some(([time]) => !Number.isInteger(time)));
  });

  it("follows the system's clock when it is set", (test) => {
    const sut = new WallClock();
    const moments = [Date.now() - 86_400_000, Date.now() + 86_400_000];
    test.mock.timers.enable({ apis: ['Date'] });
    for (const moment of moments) {
      test.mock.timers.setTime(moment);
      assert.ok(Math.abs(sut.now() - moment) <= 2);
    }
  });
});
