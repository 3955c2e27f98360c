import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { RecentNames } from './recent-names.js';

describe(RecentNames.name, () => {
  test('knows a name until its time is over', async () => {
    const names = new RecentNames(50, 10);
    assert.equal(names.has('a'), false);
    names.add('a');
    assert.equal(names.has('a'), true);
    await delay(60);
    assert.equal(names.has('a'), false);
    names.add('a');
    assert.equal(names.has('a'), true);
  });

  test('forgets the oldest of too many', () => {
    const names = new RecentNames(60_000, 2);
    for (const name of ['a', 'b', 'a', 'c']) names.add(name);
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => names.has(name)),
      [true, false, true],
    );
  });
});
