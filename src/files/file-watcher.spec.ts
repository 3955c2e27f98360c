import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { MountedVolume } from '../../test/http/tls/mounted-volume.js';
import { until } from '../../test/support/until.js';
import { type FileWatchOptions, watchFiles } from './file-watcher.js';

/** Events only: a recheck never happens. */
const EVENTS = { debounceMs: 20, recheckMs: 3_600_000 };
/** For changes that cause no event. */
const RECHECK = { debounceMs: 20, recheckMs: 50 };

function directory(t: TestContext): string {
  const path = fs.mkdtempSync(join(tmpdir(), 'file-watcher-'));
  t.after(() => fs.rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Watches the paths and counts the calls. */
function watched(t: TestContext, paths: readonly string[], options: FileWatchOptions) {
  const seen = { calls: 0, close: () => watch.close() };
  const watch = watchFiles(paths, () => seen.calls++, options);
  t.after(seen.close);
  return {
    seen,
    calls: (count: number) => until(() => seen.calls >= count),
  };
}

describe('watchFiles', () => {
  it('reports every swap of a mounted volume by the kubelet', async (t) => {
    const volume = MountedVolume.create({ 'a.yaml': 'one' });
    t.after(() => volume.remove());
    const { seen, calls } = watched(t, [volume.file('a.yaml')], EVENTS);
    volume.update({ 'a.yaml': 'two' });
    await calls(1);
    volume.update({ 'a.yaml': 'three' });
    await calls(2);
    assert.equal(seen.calls, 2);
  });

  it('reports a file rewritten in place', async (t) => {
    const path = join(directory(t), 'a.yaml');
    fs.writeFileSync(path, 'one');
    const { calls } = watched(t, [path], EVENTS);
    fs.writeFileSync(path, 'two');
    await calls(1);
  });

  it('reports a file replaced by a rename, and keeps watching the new one', async (t) => {
    const path = join(directory(t), 'a.yaml');
    fs.writeFileSync(path, 'one');
    const { calls } = watched(t, [path], EVENTS);
    fs.writeFileSync(`${path}~`, 'two');
    fs.renameSync(`${path}~`, path);
    await calls(1);
    fs.writeFileSync(path, 'three');
    await calls(2);
  });

  it('reports a file that is deleted and created again', async (t) => {
    const path = join(directory(t), 'a.yaml');
    fs.writeFileSync(path, 'one');
    const { calls } = watched(t, [path], EVENTS);
    fs.rmSync(path);
    await calls(1);
    fs.writeFileSync(path, 'one');
    await calls(2);
  });

  it('watches files in several directories', async (t) => {
    const paths = [join(directory(t), 'tls.crt'), join(directory(t), 'tls.key')];
    for (const path of paths) fs.writeFileSync(path, 'one');
    const { calls } = watched(t, paths, EVENTS);
    fs.writeFileSync(paths[1] as string, 'two');
    await calls(1);
    fs.writeFileSync(paths[0] as string, 'two');
    await calls(2);
  });

  it('watches the new directory after the old one was deleted and created again', async (t) => {
    const parent = join(directory(t), 'certs');
    const path = join(parent, 'a.yaml');
    fs.mkdirSync(parent);
    fs.writeFileSync(path, 'one');
    const { calls } = watched(t, [path], EVENTS);
    fs.rmSync(parent, { recursive: true });
    fs.mkdirSync(parent);
    fs.writeFileSync(path, 'two');
    await calls(1);
    fs.writeFileSync(path, 'three');
    await calls(2);
  });

  it('watches the new directory after the old one was moved away', async (t) => {
    const parent = join(directory(t), 'certs');
    const path = join(parent, 'a.yaml');
    fs.mkdirSync(parent);
    fs.writeFileSync(path, 'one');
    const { calls } = watched(t, [path], EVENTS);
    fs.renameSync(parent, `${parent}.old`);
    fs.mkdirSync(parent);
    fs.writeFileSync(path, 'two');
    await calls(1);
    fs.writeFileSync(path, 'three');
    await calls(2);
  });

  it('finds a directory that did not exist for a while', async (t) => {
    const parent = join(directory(t), 'certs');
    const path = join(parent, 'a.yaml');
    const { calls } = watched(t, [path], RECHECK);
    fs.mkdirSync(parent);
    fs.writeFileSync(path, 'one');
    await calls(1);
    fs.rmSync(parent, { recursive: true });
    await calls(2);
    fs.mkdirSync(parent);
    fs.writeFileSync(path, 'two');
    await calls(3);
  });

  it('notices on recheck a change that causes no event', async (t) => {
    const elsewhere = join(directory(t), 'a.yaml');
    const path = join(directory(t), 'a.yaml');
    fs.writeFileSync(elsewhere, 'one');
    fs.symlinkSync(elsewhere, path);
    const { calls } = watched(t, [path], RECHECK);
    fs.writeFileSync(elsewhere, 'two');
    await calls(1);
  });

  it('reports once that the system refuses to watch, and polls instead', async (t) => {
    const path = join(directory(t), 'a.yaml');
    fs.writeFileSync(path, 'one');
    const refused = t.mock.method(fs, 'watch', () => {
      throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), {
        code: 'ENOSPC',
      });
    });
    syncBuiltinESMExports();
    t.after(() => {
      refused.mock.restore();
      syncBuiltinESMExports();
    });
    const errors: unknown[] = [];
    const { calls } = watched(t, [path], { ...RECHECK, onError: ({ code }) => errors.push(code) });
    await until(() => refused.mock.callCount() >= 3);
    fs.writeFileSync(path, 'two');
    await calls(1);
    assert.deepEqual(errors, ['ENOSPC']);
  });

  it('ignores events that leave the content unchanged', async (t) => {
    const path = join(directory(t), 'a.yaml');
    fs.writeFileSync(path, 'one');
    const { seen } = watched(t, [path], RECHECK);
    fs.chmodSync(path, 0o600);
    fs.utimesSync(path, new Date(), new Date());
    fs.writeFileSync(path, 'one');
    fs.writeFileSync(`${path}.other`, 'two');
    await sleep(300);
    assert.equal(seen.calls, 0);
  });

  it('reports content that moves from one file to the other', async (t) => {
    const parent = directory(t);
    const paths = [join(parent, 'a'), join(parent, 'b')] as const;
    fs.writeFileSync(paths[0], '12');
    fs.writeFileSync(paths[1], '3');
    const { calls } = watched(t, paths, EVENTS);
    fs.writeFileSync(paths[0], '1');
    fs.writeFileSync(paths[1], '23');
    await calls(1);
  });

  it('reports a burst of changes once', async (t) => {
    const path = join(directory(t), 'a.yaml');
    fs.writeFileSync(path, 'start');
    const { seen, calls } = watched(t, [path], { ...EVENTS, debounceMs: 3_000 });
    for (let count = 0; count < 50; count++) {
      fs.writeFileSync(path, String(count));
      await sleep(1);
    }
    await calls(1);
    await sleep(100);
    assert.equal(seen.calls, 1);
  });

  it('reports nothing after it is closed', async (t) => {
    const path = join(directory(t), 'a.yaml');
    fs.writeFileSync(path, 'one');
    const { seen } = watched(t, [path], RECHECK);
    fs.writeFileSync(path, 'two');
    seen.close();
    await sleep(300);
    assert.equal(seen.calls, 0);
  });

  it('does not keep the process alive', async (t) => {
    const path = join(directory(t), 'a.yaml');
    const module = new URL('./file-watcher.js', import.meta.url).href;
    const script = `import { writeFileSync } from 'node:fs';
      import { watchFiles } from '${module}';
      watchFiles(['${path}'], () => {});
      writeFileSync('${path}', 'one');
      setTimeout(() => console.log('end'), 50);`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 30_000,
    });
    assert.equal((await run).stdout, 'end\n');
  });
});
