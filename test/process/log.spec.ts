import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, it } from 'node:test';
import { until } from '../support/until.js';
import { openPipe } from './pipe.js';

const WRITER = join(import.meta.dirname, 'log-writer.js');

describe('the log', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** Starts the writer. Resolves when it writes. */
  async function start(stdout: number | 'pipe', ...args: string[]) {
    const { PATH, NODE_V8_COVERAGE } = process.env;
    const env = { PATH, ...(NODE_V8_COVERAGE && { NODE_V8_COVERAGE }) };
    const child = spawn(process.execPath, [WRITER, ...args], { env, stdio: ['ignore', stdout, 'pipe'] });
    children.push(child);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk) => {
      stderr += chunk;
    });
    const exit = once(child, 'exit');
    await until(() => stderr.includes('ready'));
    return {
      stdout: child.stdout,
      dropping: () => until(() => stderr.includes('dropping')),
      /** Resolves with the exit code, and the number of dropped lines. */
      async terminate() {
        child.kill('SIGTERM');
        const [code] = await exit;
        return { code, dropped: Number(/dropped (\d+)/.exec(stderr)?.[1]) };
      },
    };
  }

  async function startOnPipe(...args: string[]) {
    const pipe = openPipe();
    const writer = await start(pipe.writeEnd, ...args);
    pipe.closeWriteEnd();
    return { ...writer, reader: pipe.reader };
  }

  for (const format of ['json', 'pretty']) {
    it(`drops and counts lines while the pipe is not read, and ends on SIGTERM (${format})`, async () => {
      const { dropping, terminate, reader } = await startOnPipe(format, 'x'.repeat(1000));
      await dropping();
      const { code, dropped } = await terminate();
      reader.destroy();
      assert.equal(code, 0);
      assert.ok(dropped > 0);
    });

    it(`ends on SIGTERM after the reader of the pipe is gone (${format})`, async () => {
      const { dropping, terminate, reader } = await startOnPipe(format, 'x'.repeat(1000));
      reader.destroy();
      await dropping();
      assert.equal((await terminate()).code, 0);
    });
  }

  it('drops and counts lines while the socket is not read, and ends on SIGTERM', async () => {
    const { dropping, terminate } = await start('pipe', 'json', 'x'.repeat(1000));
    await dropping();
    assert.equal((await terminate()).code, 0);
  });

  it('writes every line to a pipe that is read, in order', async () => {
    const { terminate, reader } = await startOnPipe('json', 'text', '20000');
    const written = text(reader);
    await until(() => reader.bytesRead > 100_000);
    assert.deepEqual(await terminate(), { code: 0, dropped: 0 });
    const lines = (await written).trimEnd().split('\n');
    const numbers = lines.map((line) => JSON.parse(line).line);
    assert.deepEqual(numbers, [...numbers.keys()]);
  });

  it('writes every line to a file, in order', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'log-'));
    t.after(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'log');
    const file = openSync(path, 'w');
    const { terminate } = await start(file, 'json', 'text', '20000');
    closeSync(file);
    await until(() => readFileSync(path, 'utf8').length > 100_000);
    assert.deepEqual(await terminate(), { code: 0, dropped: 0 });
    const numbers = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).line);
    assert.deepEqual(numbers, [...numbers.keys()]);
  });

  it('shortens every long string', async () => {
    const { terminate, reader } = await startOnPipe('json', 'x'.repeat(100_000), '1');
    const written = text(reader);
    await until(() => reader.bytesRead > 1000);
    await terminate();
    const { level, line, msg } = JSON.parse(await written);
    assert.deepEqual({ level, line }, { level: 'info', line: 0 });
    assert.ok(msg.length < 9000 && msg.includes(' ... (91808 characters omitted) ... '), msg);
  });
});
