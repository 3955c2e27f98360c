import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Ended, ended, MAIN, needs, proxyInjector, temporaryFolder } from './command-line.js';
import { deployment, OPTED_OUT } from './sample-manifests.js';

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

  it('are on a terminal, unless NO_COLOR says so', needs('script'), async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'web.yaml'), stdin);
    const onTerminal = (env: NodeJS.ProcessEnv) =>
      ended('script', ['-qec', `${process.execPath} ${MAIN} explain web.yaml`, '/dev/null'], {
        cwd,
        env: { TERM: 'xterm', SHELL: '/bin/sh', ...env },
      });
    const coloured = await onTerminal({});
    assert.deepEqual([coloured.code, coloured.stdout.includes(ESCAPE)], [0, true]);
    const plain = await onTerminal({ NO_COLOR: '1' });
    assert.deepEqual([plain.code, plain.stdout.includes(ESCAPE)], [0, false]);
    assert.match(plain.stdout, /^deployment\/web in namespace default: injected/);
  });

  it('never are in manifests', async () => {
    const { stdout } = await proxyInjector(['inject', '-f', '-'], { stdin, env: { FORCE_COLOR: '1' } });
    assert.ok(!stdout.includes(ESCAPE));
  });
});

/** Runs the command line with its streams as a shell says: its own exit code, and what is left in `file`. */
async function inShell(streams: string): Promise<Ended & { file: string }> {
  const cwd = temporaryFolder();
  const many = Array.from({ length: 500 }, () => stdin).concat(deployment('off', OPTED_OUT));
  writeFileSync(join(cwd, 'many.yaml'), many.join('---\n'));
  const line = `{ ${process.execPath} ${MAIN} inject many.yaml; echo $? >code; } ${streams}`;
  const run = await ended('sh', ['-c', line], { cwd });
  const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
  return { ...run, code: Number(read('code')), file: read('file') };
}

describe('a pipe that nobody reads to its end', () => {
  it('ends the command quietly, with the exit code of its work', async () => {
    const { code, stdout, file } = await inShell('2>file | head -1');
    assert.deepEqual([code, stdout], [1, 'apiVersion: apps/v1\n']);
    assert.doesNotMatch(file, /EPIPE/);
  });

  it('does no harm to the result where it takes the report', async () => {
    const { code, stdout, file } = await inShell('2>&1 >file | head -1');
    assert.equal(code, 1);
    assert.match(stdout, /^deployment\/web +injected .*\n$/);
    assert.equal(file.match(/name: proxy-sidecar/g)?.length, 500);
  });
});

describe('a stream that cannot be written', () => {
  it('is told in a line, with 2', async () => {
    const { code, file } = await inShell('2>file >/dev/full');
    assert.equal(code, 2);
    assert.match(file, /^error: <stdout>: ENOSPC: no space left on device, write$/m);
    assert.doesNotMatch(file, /\n +at /);
  });

  it('makes it 2 where nobody can be told', async () => {
    const { code } = await inShell('>file 2>/dev/full');
    assert.equal(code, 2);
  });
});
