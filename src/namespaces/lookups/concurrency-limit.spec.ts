import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ConcurrencyLimit, NoTurnError } from './concurrency-limit.js';

const NEVER = new AbortController().signal;

describe(ConcurrencyLimit.name, () => {
  test('runs as many tasks at a time as it may, and the others in order', async () => {
    const limit = new ConcurrencyLimit(2, 3);
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const tasks = [0, 1, 2, 3, 4].map((task) =>
      limit.run(async () => {
        started.push(task);
        await new Promise<void>((resolve) => ends.push(resolve));
        return task;
      }, NEVER),
    );
    for (const running of [2, 3, 4, 5, 5]) {
      await turn();
      assert.equal(started.length, running);
      ends.shift()?.();
    }
    assert.deepEqual(started, [0, 1, 2, 3, 4]);
    assert.deepEqual(await Promise.all(tasks), [0, 1, 2, 3, 4]);
  });

  test('refuses a task that would wait behind too many others, and runs it later', async () => {
    const limit = new ConcurrencyLimit(1, 1);
    let end = () => {};
    const running = limit.run(
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
      NEVER,
    );
    const waiting = limit.run(async () => 'waited', NEVER);
    await assert.rejects(
      limit.run(async () => assert.fail('ran'), NEVER),
      {
        name: NoTurnError.name,
        message: 'expected at most 2 at a time, got more',
      },
    );
    end();
    await running;
    assert.equal(await waiting, 'waited');
    assert.equal(await limit.run(async () => 'later', NEVER), 'later');
  });

  test('gives the place of a failed task to the next', async () => {
    const limit = new ConcurrencyLimit(1, 1);
    const failing = limit.run(() => Promise.reject(new Error('no')), NEVER);
    const next = limit.run(async () => 'next', NEVER);
    await assert.rejects(failing, { message: 'no' });
    assert.equal(await next, 'next');
  });

  test('forgets a waiting task that is aborted', async () => {
    const limit = new ConcurrencyLimit(1, 1);
    let end = () => {};
    const running = limit.run(
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
      NEVER,
    );
    const abort = new AbortController();
    const aborted = limit.run(async () => assert.fail('ran'), abort.signal);
    abort.abort(new Error('enough'));
    await assert.rejects(aborted, { message: 'enough' });
    const next = limit.run(async () => 'next', NEVER);
    end();
    await running;
    assert.equal(await next, 'next');
  });

  test('does not run a task that is aborted already', async () => {
    const abort = AbortSignal.abort(new Error('enough'));
    await assert.rejects(
      new ConcurrencyLimit(1, 1).run(async () => assert.fail('ran'), abort),
      {
        message: 'enough',
      },
    );
  });
});
