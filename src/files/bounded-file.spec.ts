import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readBounded } from './bounded-file.js';

describe(readBounded.name, () => {
  const directory = mkdtempSync(join(tmpdir(), 'bounded-file-'));
  const path = join(directory, 'file');
  after(() => rmSync(directory, { recursive: true }));

  for (const length of [0, 1, 1023, 1024]) {
    it(`returns all ${length} bytes of a file`, () => {
      const content = Buffer.alloc(length, 'ab');
      writeFileSync(path, content);
      assert.deepEqual(readBounded(path, 1024), content);
    });
  }

  it('rejects a larger file, and one without an end', () => {
    writeFileSync(path, 'x'.repeat(1025));
    for (const file of [path, '/dev/zero']) {
      assert.throws(() => readBounded(file, 1024), { code: 'EFBIG', message: 'larger than 1 KiB' });
    }
  });

  it('throws the errors of the system', () => {
    assert.throws(() => readBounded(join(directory, 'none'), 1), { code: 'ENOENT' });
    assert.throws(() => readBounded(directory, 1), { code: 'EISDIR' });
  });
});
