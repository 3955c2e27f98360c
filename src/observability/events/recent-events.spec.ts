import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RecentEvents } from './recent-events.js';

const MINUTE_MS = 60_000;

describe(RecentEvents.name, () => {
  it('has an Event due at once, and then every ten minutes while it goes on', () => {
    const sut = new RecentEvents();
    const counts = [0, 1, 9.9, 10, 19.9, 20].map((minutes) => sut.due('a', minutes * MINUTE_MS));
    assert.deepEqual(counts, [1, 0, 0, 4, 0, 6]);
  });

  it('tells Events apart by their keys', () => {
    const sut = new RecentEvents();
    assert.deepEqual([sut.due('a', 0), sut.due('b', 0)], [1, 1]);
  });

  it('has an Event that was not written due the next time, and counts on', () => {
    const sut = new RecentEvents();
    sut.due('a', 0);
    sut.retry('a');
    assert.equal(sut.due('a', 1), 2);
    assert.equal(sut.due('a', 2), 0);
    sut.retry('unknown');
  });

  it('forgets the least recent Events beyond a thousand', () => {
    const sut = new RecentEvents();
    for (let index = 0; index < 1000; index += 1) sut.due(`event ${index}`, 0);
    sut.due('event 0', 1);
    sut.due('one more', 2);
    assert.equal(sut.due('event 0', 3), 0);
    assert.equal(sut.due('event 1', 3), 1);
  });
});
