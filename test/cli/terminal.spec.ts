import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ended, MAIN, proxyInjector, temporaryFolder } from './command-line.js';
import { deployment } from './manifests.js';

const ESCAPE = '\u001b[';
const stdin = deployment('web');

describe('colours', () => {
  for (const args of [
    ['inject', '-f', '-'],
    ['inject', '--diff', '-f', '-'],
    ['explain', '-f', '-'],
  ]) {
    it(`of ${args.join(' ')} are not in a pipe, unless FORCE_COLOR says so`, async () => {
      const plain = await proxyInjector(args, { stdin });
      assert.ok(!`${plain.stdout}${plain.stderr}`.includes(ESCAPE));
      const forced = await proxyInjector(args, { stdin, env: { FORCE_COLOR: '1' } });
      assert.ok(`${forced.stdout}${forced.stderr}`.includes(ESCAPE));
    });
  }

  it('never are in manifests', async () => {
    const { stdout } = await proxyInjector(['inject', '-f', '-'], { stdin, env: { FORCE_COLOR: '1' } });
    assert.ok(!stdout.includes(ESCAPE));
  });
});

describe('a pipe that nobody reads to its end', () => {
  it('ends the command quietly', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'many.yaml'), Array.from({ length: 500 }, () => stdin).join('---\n'));
    const line = `${process.execPath} ${MAIN} inject many.yaml 2>errors | head -1; cat errors | grep -v 'proxy was injected' || true`;
    const { code, stdout } = await ended('sh', ['-c', line], { cwd });
    assert.deepEqual([code, stdout], [0, 'apiVersion: apps/v1\n']);
  });
});
