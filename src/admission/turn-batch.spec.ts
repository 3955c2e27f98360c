import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TurnBatch } from './turn-batch.js';

describe(TurnBatch.name, () => {
  function collected(): { sut: TurnBatch<number>; batches: (readonly number[])[] } {
    const batches: (readonly number[])[] = [];
    return { sut: new TurnBatch((items) => batches.push(items)), batches };
  }

  it('passes on the items of one turn of the event loop together, in order', async () => {
    const { sut, batches } = collected();
    for (const item of [1, 2, 3]) sut.add(item, 1);
    assert.deepEqual(batches, []);
    await nextTurn();
    assert.deepEqual(batches, [[1, 2, 3]]);
  });

  it('passes on a single item at the end of its turn', async () => {
    const { sut, batches } = collected();
    for (const item of [1, 2]) {
      sut.add(item, 1);
      await nextTurn();
    }
    assert.deepEqual(batches, [[1], [2]]);
  });

  it('keeps items that arrive while it passes on for the next turn', async () => {
    const batches: (readonly number[])[] = [];
    const sut = new TurnBatch<number>((items) => {
      batches.push(items);
      if (batches.length === 1) sut.add(2, 1);
    });
    sut.add(1, 1);
    await nextTurn();
    assert.deepEqual(batches, [[1]]);
    await nextTurn();
    assert.deepEqual(batches, [[1], [2]]);
  });

  it('holds back at most 128 Ki', async () => {
    const { sut, batches } = collected();
    const size = 64 * 1024;
    for (const item of [1, 2, 3]) sut.add(item, size);
    assert.deepEqual(batches, [[1, 2]]);
    await nextTurn();
    assert.deepEqual(batches, [[1, 2], [3]]);
  });

  it('passes on a larger item alone, at once, after the items before it', () => {
    const { sut, batches } = collected();
    sut.add(1, 1);
    sut.add(2, 128 * 1024 + 1);
    assert.deepEqual(batches, [[1], [2]]);
  });
});
