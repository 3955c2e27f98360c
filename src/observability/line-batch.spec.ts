import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LineBatch } from './line-batch.js';

describe(LineBatch.name, () => {
  function collected(): { sut: LineBatch; written: string[] } {
    const written: string[] = [];
    return { sut: new LineBatch({ write: (text) => written.push(text) }), written };
  }

  it('hands lines on together, in order, when there are enough of them', () => {
    const { sut, written } = collected();
    const lines = Array.from({ length: 1000 }, (_, index) => `${'x'.repeat(100)} ${index}\n`);
    for (const line of lines) sut.write(line);
    assert.ok(written.length > 0 && written.length < 10, `${written.length} times`);
    sut.end();
    assert.equal(written.join(''), lines.join(''));
  });

  it('lets no line wait for more that may never come', (test) => {
    test.mock.timers.enable({ apis: ['setInterval'] });
    const { sut, written } = collected();
    sut.write('alone\n');
    assert.deepEqual(written, []);
    test.mock.timers.tick(100);
    assert.deepEqual(written, ['alone\n']);
    test.mock.timers.tick(100);
    assert.deepEqual(written, ['alone\n']);
  });
});
