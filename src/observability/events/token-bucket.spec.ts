import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TokenBucket } from './token-bucket.js';

/** How many of `times` tokens there are at a time in seconds. */
function taken(bucket: TokenBucket, times: number, seconds: number): number {
  return Array.from({ length: times }, () => bucket.take(seconds * 1000)).filter(Boolean).length;
}

describe(TokenBucket.name, () => {
  it('has as many tokens as its size, and then as many per second as it says', () => {
    const sut = new TokenBucket(10, 2);
    assert.deepEqual(
      [0, 0, 0.4, 0.5, 1, 3].map((seconds) => taken(sut, 100, seconds)),
      [10, 0, 0, 1, 1, 4],
    );
  });

  it('never has more tokens than its size', () => {
    assert.equal(taken(new TokenBucket(10, 2), 100, 3600), 10);
  });
});
