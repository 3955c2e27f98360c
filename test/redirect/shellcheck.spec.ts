import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { ROOT } from '../../tools/checkout.js';

const scripts = execFileSync('git', ['ls-files', '*.sh', '.ci/*'], { cwd: ROOT, encoding: 'utf8' })
  .trim()
  .split('\n');

describe('the shell scripts', () => {
  for (const script of scripts) {
    it(`${script} passes ShellCheck`, () => {
      const { stdout } = spawnSync('shellcheck', [script], { cwd: ROOT, encoding: 'utf8' });
      assert.equal(stdout, '');
    });
  }
});
