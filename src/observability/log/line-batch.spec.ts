import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LineBatch } from './line-batch.js';

describe(LineBatch.name, () => {
  function collected(): { sut: LineBatch; written: string[] } {
    const written: string[] = [];
    return { sut: new LineBatch({ write: (bytes) => written.push(bytes.toString()) }), written };
  }

  it('writes lines in batches, in order', () => {
    const { sut, written } = collected();
    const lines = Array.from({ length: 1000 }, (_, index) => `${'x'.repeat(100)} ${index}\n`);
    for (const line of lines) sut.write(line);
    assert.ok(written.length > 0 && written.length < 10, `${written.length} writes`);
    sut.end();
    assert.equal(written.join(''), lines.join(''));
  });

  it('writes short and long lines unchanged and in order', () => {
    const { sut, written } = collected();
    const lines = [
      'short\n',
      'ä€😀\n',
      `${'€'.repeat(11_000)}\n`,
      'short\n',
      `${'x'.repeat(100_000)}\n`,
      'last\n',
    ];
    for (const line of lines) sut.write(line);
    sut.end();
    assert.equal(written.join(''), lines.join(''));
  });

  it('fills a batch up to the last byte', () => {
    for (const text of ['x', '€']) {
      for (let length = 10_915; length < 10_930; length += 1) {
        const { sut, written } = collected();
        const line = text.repeat(length);
        for (let count = 0; count < 4; count += 1) sut.write(line);
        sut.end();
        assert.equal(written.join(''), line.repeat(4));
      }
    }
  });

  it('flushes lines after 100 ms, again and again', async () => {
    const { sut, written } = collected();
    for (const line of ['first\n', 'second\n']) {
      sut.write(line);
      assert.notEqual(written.at(-1), line);
      await sleep(200);
      assert.equal(written.at(-1), line);
    }
    sut.end();
  });

  it('does not wait for the end of a steady trickle', async () => {
    const { sut, written } = collected();
    for (let line = 0; line < 6; line += 1) {
      sut.write(`${line}\n`);
      await sleep(50);
    }
    assert.ok(written.length > 0);
    sut.end();
    assert.equal(written.join(''), '0\n1\n2\n3\n4\n5\n');
  });
});
