import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TurnBatch } from './turn-batch.js';

describe(TurnBatch.name, () => {
  function collected(): { sut: TurnBatch<number>; batches: (readonly number[])[] } {
    const batches: (readonly number[])[] = [];
    return { sut: new TurnBatch((items) => batches.push(items)), batches };
  }

  it('hands on what comes in one turn of the event loop together, in order', async () => {
    const { sut, batches } = collected();
    for (const item of [1, 2, 3]) sut.add(item, 1);
    assert.deepEqual(batches, []);
    await nextTurn();
    assert.deepEqual(batches, [[1, 2, 3]]);
  });

  it('hands on what comes alone at the end of its turn', async () => {
    const { sut, batches } = collected();
    for (const item of [1, 2]) {
      sut.add(item, 1);
      await nextTurn();
    }
    assert.deepEqual(batches, [[1], [2]]);
  });

  it('takes what comes while it hands on into the next turn', async () => {
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

  it('holds back no more than 128 Ki', async () => {
    const { sut, batches } = collected();
    const size = 64 * 1024;
    for (const item of [1, 2, 3]) sut.add(item, size);
    assert.deepEqual(batches, [[1, 2]]);
    await nextTurn();
    assert.deepEqual(batches, [[1, 2], [3]]);
  });

  it('hands on what is larger alone, at once and after what came before', () => {
    const { sut, batches } = collected();
    sut.add(1, 1);
    sut.add(2, 128 * 1024 + 1);
    assert.deepEqual(batches, [[1], [2]]);
  });
});
