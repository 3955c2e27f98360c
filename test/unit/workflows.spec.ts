import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../../tools/checkout.js';

const WORKFLOWS = join(ROOT, '.github', 'workflows');
const ACTIONLINT = join(ROOT, '.tools', 'bin', 'actionlint');

describe('the GitHub workflows', () => {
  it('pass actionlint', (test) => {
    const { error, stdout, stderr, status } = spawnSync(ACTIONLINT, ['-no-color'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    if (error !== undefined && process.env.CI !== 'true') {
      test.skip('actionlint is not installed: npm run tools');
      return;
    }
    assert.equal(error, undefined, 'actionlint is not installed: npm run tools');
    assert.equal(status, 0, stdout + stderr);
  });

  for (const file of readdirSync(WORKFLOWS)) {
    it(`${file} pins every action by commit, with its release in a comment`, () => {
      const uses = readFileSync(join(WORKFLOWS, file), 'utf8')
        .split('\n')
        .filter((line) => /^\s*(- )?uses:/.test(line));
      assert.deepEqual(
        uses.filter((line) => !/ [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)),
        [],
      );
    });

    it(`${file} gets no more than read access by default`, () => {
      assert.match(readFileSync(join(WORKFLOWS, file), 'utf8'), /^permissions:\n {2}contents: read\n(?! )/m);
    });
  }
});
