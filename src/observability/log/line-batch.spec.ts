import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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

  it('flushes a lone line after 100 ms', (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    const { sut, written } = collected();
    sut.write('alone\n');
    assert.deepEqual(written, []);
    test.mock.timers.tick(100);
    assert.deepEqual(written, ['alone\n']);
    test.mock.timers.tick(100);
    assert.deepEqual(written, ['alone\n']);
  });
});
