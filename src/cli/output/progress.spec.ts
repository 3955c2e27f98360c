import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Progress } from './progress.js';

/** A progress on a stream, with the milliseconds that pass before each document; returns what was written. */
function shown(
  isTTY: boolean | undefined,
  times: readonly number[],
  { size = 100, isQuiet = false } = {},
): string {
  let written = '';
  let time = 0;
  const stderr = { isTTY, write: (text: string) => (written += text) } as unknown as NodeJS.WriteStream & {
    fd: 2;
  };
  const progress = new Progress({ stderr }, isQuiet, () => time);
  for (const [index, passed] of times.entries()) {
    time += passed;
    progress.before(index, times.length, size);
  }
  progress.clear();
  return written.replaceAll('\r\u001b[K', '<');
}

describe(Progress.name, () => {
  it('is shown on a terminal after a second, ten times a second, and then removed', () => {
    assert.equal(
      shown(true, [0, 900, 99, 1, 50, 50]),
      '<Reading object 4 of 6 (50 %)<Reading object 6 of 6 (83 %)<',
    );
  });

  it('is shown at once before a large document', () => {
    assert.equal(shown(true, [0], { size: 1_000_000 }), '<Reading object 1 of 1 (0 %)<');
  });

  it('is not shown for less than a second', () => assert.equal(shown(true, [0, 500, 499]), ''));
  it('is not shown in a pipe', () => assert.equal(shown(undefined, [2000, 2000], { size: 1_000_000 }), ''));
  it('is not shown between results', () => assert.equal(shown(true, [2000, 2000], { isQuiet: true }), ''));
});
