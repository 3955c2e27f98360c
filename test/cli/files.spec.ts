import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { applyPatch } from 'diff';
import { MAIN, proxyInjector, requires, runProgram, temporaryFolder } from './command-line.js';
import { deployment, SERVICE } from './sample-manifests.js';

const isRoot = process.getuid?.() === 0;

/** A folder of manifests, one of them in a subfolder. */
function folder(): string {
  const path = temporaryFolder();
  mkdirSync(join(path, 'm', 'inner'), { recursive: true });
  writeFileSync(join(path, 'm', 'b.yaml'), deployment('b'));
  writeFileSync(join(path, 'm', 'a.yml'), SERVICE);
  writeFileSync(join(path, 'm', 'c.json'), JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap' }));
  writeFileSync(join(path, 'm', 'notes.txt'), '{{ not: yaml');
  writeFileSync(join(path, 'm', 'inner', 'd.yaml'), deployment('d'));
  return path;
}

describe('input files', () => {
  it('in a directory are read by name, and in its subdirectories only with -R', async () => {
    const cwd = folder();
    const flat = await proxyInjector(['inject', '-f', 'm'], { cwd });
    assert.equal(flat.stderr, 'm/b.yaml:6  deployment/b  injected  The proxy was injected.\n');
    assert.ok(flat.stdout.startsWith(`${SERVICE}---\napiVersion: apps/v1`));
    assert.match(flat.stdout, /---\n\{"apiVersion":"v1","kind":"ConfigMap"\}$/);
    const deep = await proxyInjector(['inject', '-R', 'm'], { cwd });
    assert.match(deep.stderr, /m\/b\.yaml:6 +deployment\/b .*\nm\/inner\/d\.yaml:6 +deployment\/d /);
  });

  it('are read once even if named several times', async () => {
    const cwd = folder();
    symlinkSync('b.yaml', join(cwd, 'm', 'link.yaml'));
    const names = ['m/b.yaml', './m/b.yaml', join(cwd, 'm', 'b.yaml'), 'm/link.yaml'];
    const { stderr } = await proxyInjector(['inject', '-f', 'm', ...names], { cwd });
    assert.equal(stderr.match(/injected {2}/g)?.length, 1);
  });

  it('are read even if a directory next to them is unreadable', {
    skip: isRoot && 'root can read it',
  }, async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'm', 'closed'), { mode: 0 });
    const { code, stderr } = await proxyInjector(['inject', '-R', 'm'], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /deployment\/b .*\n.*deployment\/d /);
    assert.match(stderr, /^error: m\/closed: EACCES/m);
  });

  it('must be UTF-8', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'latin1.yaml'), Buffer.from('kind: Caf\xe9\n', 'latin1'));
    const { code, stderr } = await proxyInjector(['inject', 'latin1.yaml'], { cwd });
    assert.deepEqual([code, stderr], [2, 'error: latin1.yaml: expected UTF-8 text\n']);
  });
});

describe('--in-place', () => {
  it('writes only files that change, keeps their mode, and follows symlinks', async () => {
    const cwd = folder();
    const at = (name: string) => join(cwd, 'm', name);
    chmodSync(at('b.yaml'), 0o666);
    symlinkSync('b.yaml', at('link.yaml'));
    const before = statSync(at('a.yml'));
    const { code, stdout } = await proxyInjector(['inject', '-i', 'm/a.yml', 'm/link.yaml'], { cwd });
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(readFileSync(at('b.yaml'), 'utf8'), /proxy-sidecar/);
    assert.equal(statSync(at('b.yaml')).mode & 0o777, 0o666);
    assert.ok(lstatSync(at('link.yaml')).isSymbolicLink());
    assert.deepEqual(
      [statSync(at('a.yml')).ino, statSync(at('a.yml')).mtimeMs],
      [before.ino, before.mtimeMs],
    );
    assert.deepEqual(
      readdirSync(join(cwd, 'm')).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  it('keeps the owner of a file', { skip: !isRoot && 'only root can change owners' }, async () => {
    const cwd = folder();
    const file = join(cwd, 'm', 'b.yaml');
    chownSync(file, 1234, 5678);
    await proxyInjector(['inject', '-i', 'm/b.yaml'], { cwd });
    assert.deepEqual([statSync(file).uid, statSync(file).gid], [1234, 5678]);
  });

  it('edits files in a read-only directory', {
    skip: isRoot && 'root can write to it',
  }, async () => {
    const cwd = folder();
    chmodSync(join(cwd, 'm'), 0o555);
    const { code } = await proxyInjector(['inject', '-i', 'm/b.yaml'], { cwd });
    assert.equal(code, 0);
    assert.match(readFileSync(join(cwd, 'm', 'b.yaml'), 'utf8'), /proxy-sidecar/);
  });

  for (const args of [
    ['inject', '-i', '-f', '-'],
    ['uninject', '--in-place', 'a.yaml', '-'],
  ]) {
    it(`rejects stdin before reading it: ${args.join(' ')}`, async () => {
      const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['pipe', 'ignore', 'pipe'] }); // stdin stays open
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (chunk) => {
        stderr += chunk;
      });
      const [code] = await once(child, 'close', { signal: AbortSignal.timeout(30_000) });
      assert.deepEqual(
        [code, stderr],
        [2, 'error: --in-place: expected files, got - (stdin); leave out --in-place to write to stdout\n'],
      );
    });
  }

  it('excludes -o', async () => {
    const { code, stderr } = await proxyInjector(['inject', '-i', '-o', 'x', '-f', '-']);
    assert.equal(code, 2);
    assert.match(stderr, /'-i, --in-place' cannot be used with option '-o, --output <FILE>'/);
  });
});

describe('-o', () => {
  it('creates the file that a symlink points to', async () => {
    const cwd = folder();
    symlinkSync('one.yaml', join(cwd, 'two.yaml'));
    symlinkSync('../two.yaml', join(cwd, 'm', 'three.yaml'));
    const { code } = await proxyInjector(['inject', 'm/b.yaml', '-o', 'm/three.yaml'], { cwd });
    assert.equal(code, 0);
    assert.match(readFileSync(join(cwd, 'one.yaml'), 'utf8'), /proxy-sidecar/);
    assert.ok(lstatSync(join(cwd, 'm', 'three.yaml')).isSymbolicLink());
  });

  it('writes to the file what would go to stdout', async () => {
    const cwd = folder();
    const { stdout } = await proxyInjector(['inject', 'm'], { cwd });
    const written = await proxyInjector(['inject', 'm', '-o', 'out.yaml'], { cwd });
    assert.deepEqual([written.code, written.stdout], [0, '']);
    assert.equal(readFileSync(join(cwd, 'out.yaml'), 'utf8'), stdout);
  });

  it('reports a file that it cannot write', async () => {
    const { code, stderr } = await proxyInjector(['inject', '-f', '-', '-o', 'no/such/folder/x'], {
      stdin: SERVICE,
    });
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^error: no\/such\/folder\/x: expected a writable file: ENOENT: no such file or directory$/m,
    );
  });
});

describe('--diff', () => {
  it('prints a diff that applies to the result of inject', async () => {
    const cwd = temporaryFolder();
    const text = [deployment('a'), SERVICE, deployment('b'), deployment('c')].join('---\n');
    writeFileSync(join(cwd, 'x.yaml'), text);
    const { stdout: diff } = await proxyInjector(['inject', '--diff', 'x.yaml'], { cwd });
    const { stdout: injected } = await proxyInjector(['inject', 'x.yaml'], { cwd });
    assert.match(diff, /^--- x\.yaml\n\+\+\+ x\.yaml\n@@ -\d+,\d+ \+\d+,\d+ @@\n/);
    assert.equal(applyPatch(text, diff), injected);
    assert.equal(readFileSync(join(cwd, 'x.yaml'), 'utf8'), text);
  });

  for (const [tool, args] of [
    ['patch', ['--dry-run', '-p0', 'x.yaml']],
    ['git', ['apply', '--check', '-p0']],
  ] as const) {
    it(
      `prints a diff that ${tool} accepts, including changes at the ends of adjacent documents`,
      requires(tool),
      async () => {
        const cwd = temporaryFolder();
        for (const text of [
          deployment('a'),
          deployment('a').trimEnd(),
          deployment('a').replaceAll('\n', '\r\n'),
        ]) {
          writeFileSync(join(cwd, 'x.yaml'), [deployment('b'), SERVICE, deployment('c'), text].join('---\n'));
          const { stdout: stdin } = await proxyInjector(['inject', '--diff', 'x.yaml'], { cwd });
          const { code, stdout, stderr } = await runProgram(tool, args, { cwd, stdin });
          assert.doesNotMatch(stdout, /fuzz|offset/);
          assert.equal(code, 0, stdout + stderr);
        }
      },
    );
  }

  it('prints one diff for objects that share a line', async () => {
    const pod = (name: string) =>
      JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name }] } });
    const stdin = pod('a') + pod('b');
    const { stdout: diff } = await proxyInjector(['inject', '--diff', '-f', '-'], { stdin });
    const { stdout: injected } = await proxyInjector(['inject', '-f', '-'], { stdin });
    assert.equal(applyPatch(stdin, diff), injected);
  });

  it('prints nothing if nothing changes', async () => {
    const { stdout } = await proxyInjector(['inject', '--diff', '-f', '-'], { stdin: SERVICE });
    assert.equal(stdout, '');
  });
});
