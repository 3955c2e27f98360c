import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  MAIN,
  type ProcessResult,
  proxyInjector,
  requires,
  runProgram,
  temporaryFolder,
} from './command-line.js';
import { deployment, OPTED_OUT } from './sample-manifests.js';

const ESCAPE = '\u001b[';
const stdin = deployment('web');

describe('color', () => {
  for (const args of [
    ['inject', '-f', '-'],
    ['inject', '--diff', '-f', '-'],
    ['explain', '-f', '-'],
  ]) {
    it(`is off for ${args.join(' ')} in a pipe, unless FORCE_COLOR is set`, async () => {
      const plain = await proxyInjector(args, { stdin });
      assert.ok(!`${plain.stdout}${plain.stderr}`.includes(ESCAPE));
      const forced = await proxyInjector(args, { stdin, env: { FORCE_COLOR: '1' } });
      assert.ok(`${forced.stdout}${forced.stderr}`.includes(ESCAPE));
    });
  }

  it('is on in a terminal, unless NO_COLOR is set', requires('script'), async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'web.yaml'), stdin);
    const onTerminal = (env: NodeJS.ProcessEnv) =>
      runProgram('script', ['-qec', `${process.execPath} ${MAIN} explain web.yaml`, '/dev/null'], {
        cwd,
        env: { TERM: 'xterm', SHELL: '/bin/sh', ...env },
      });
    const colored = await onTerminal({});
    assert.deepEqual([colored.code, colored.stdout.includes(ESCAPE)], [0, true]);
    const plain = await onTerminal({ NO_COLOR: '1' });
    assert.deepEqual([plain.code, plain.stdout.includes(ESCAPE)], [0, false]);
    assert.match(plain.stdout, /^deployment\/web in namespace default: injected/);
  });

  it('is never in manifests', async () => {
    const { stdout } = await proxyInjector(['inject', '-f', '-'], { stdin, env: { FORCE_COLOR: '1' } });
    assert.ok(!stdout.includes(ESCAPE));
  });
});

/** Runs the command line with shell redirections. Returns its own exit code and the content of `file`. */
async function inShell(redirections: string): Promise<ProcessResult & { file: string }> {
  const cwd = temporaryFolder();
  const many = Array.from({ length: 500 }, () => stdin).concat(deployment('off', OPTED_OUT));
  writeFileSync(join(cwd, 'many.yaml'), many.join('---\n'));
  const line = `{ ${process.execPath} ${MAIN} inject many.yaml; echo $? >code; } ${redirections}`;
  const result = await runProgram('sh', ['-c', line], { cwd });
  const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
  return { ...result, code: Number(read('code')), file: read('file') };
}

describe('progress', () => {
  it(
    'is shown on a terminal while a large document is read, and then removed',
    requires('script'),
    async () => {
      const cwd = temporaryFolder();
      writeFileSync(
        join(cwd, 'large.yaml'),
        `apiVersion: v1\nkind: ConfigMap\ndata: {a: ${'x'.repeat(600_000)}}\n`,
      );
      const line = `${process.execPath} ${MAIN} inject large.yaml >out.yaml`;
      const env = { TERM: 'xterm', SHELL: '/bin/sh' };
      const onTerminal = await runProgram('script', ['-qec', line, '/dev/null'], { cwd, env });
      const [shown, removed] = ['\r\u001b[KReading object 1 of 1 (0 %)', '\r\u001b[K'];
      assert.equal(onTerminal.stdout, `${shown}${removed}No workloads found in the input.\r\n`);
      const inPipe = await runProgram('sh', ['-c', line], { cwd });
      assert.equal(inPipe.stderr, 'No workloads found in the input.\n');
    },
  );
});

describe('a pipe that is closed early', () => {
  it('does not change the exit code or the report if it is stdout', async () => {
    const { code, stdout, file } = await inShell('2>file | head -1');
    assert.deepEqual([code, stdout], [1, 'apiVersion: apps/v1\n']);
    assert.doesNotMatch(file, /EPIPE/);
  });

  it('does not change the exit code or the result if it is stderr', async () => {
    const { code, stdout, file } = await inShell('2>&1 >file | head -1');
    assert.equal(code, 1);
    assert.match(stdout, /^deployment\/web +injected .*\n$/);
    assert.equal(file.match(/name: proxy-sidecar/g)?.length, 500);
  });
});

describe('a stream that cannot be written', () => {
  it('is reported on one line, with exit code 2', async () => {
    const { code, file } = await inShell('2>file >/dev/full');
    assert.equal(code, 2);
    assert.match(file, /^error: <stdout>: ENOSPC: no space left on device, write$/m);
    assert.doesNotMatch(file, /\n +at /);
  });

  it('causes exit code 2 if it is stderr', async () => {
    const { code } = await inShell('>file 2>/dev/full');
    assert.equal(code, 2);
  });
});
