import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Backoff } from './backoff.js';

describe(Backoff.name, () => {
  test('retries at once, then doubles the delay up to the limit, with up to 50 % of jitter', () => {
    const backoff = new Backoff(100, 1_000);
    const bases = [0, 100, 200, 400, 800, 1_000, 1_000];
    for (let round = 0; round < 50; round++) {
      for (const base of bases) {
        const wait = backoff.next();
        assert.ok(wait >= base && wait <= 1.5 * base, `${wait} for ${base}`);
      }
      assert.equal(backoff.attempts, bases.length);
      backoff.reset();
      assert.equal(backoff.attempts, 0);
    }
  });

  test('stays at the limit', () => {
    const backoff = new Backoff(100, 1_000);
    for (let attempt = 0; attempt < 5_000; attempt++) assert.ok(backoff.next() <= 1_500);
  });

  test('stops waiting when it is aborted', async () => {
    const backoff = new Backoff(60_000, 60_000);
    backoff.next();
    const abort = new AbortController();
    const waiting = backoff.wait(abort.signal);
    abort.abort();
    await waiting;
    await backoff.wait(abort.signal);
  });
});
