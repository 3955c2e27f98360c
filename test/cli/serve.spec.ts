import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { serveCommand } from '../../src/cli/commands/serve.command.js';
import { MAIN, proxyInjector, temporaryFolder } from './command-line.js';

describe('serve', () => {
  it('runs the webhook as in its example, until SIGTERM', async () => {
    const [example] = serveCommand().examples;
    const bin = temporaryFolder();
    symlinkSync(MAIN, join(bin, 'proxy-injector'));
    const { PATH, NODE_V8_COVERAGE } = process.env;
    const child = spawn('sh', ['-c', `exec env ${example?.line}`], {
      env: {
        PATH: `${bin}:${PATH}`,
        ...(NODE_V8_COVERAGE && { NODE_V8_COVERAGE }),
        INJECTOR_SHUTDOWN_DRAIN_SECONDS: '0',
      },
    });
    const exited = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout })) {
      const { msg, url } = JSON.parse(line);
      if (!msg.startsWith('Management listening')) continue;
      assert.equal((await fetch(`${url}/livez`)).status, 200);
      break;
    }
    child.stdout.resume();
    child.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null]);
  });

  it('exits with 2 if the configuration is invalid', async () => {
    const { code, stderr } = await proxyInjector(['serve'], { env: { INJECTOR_PROXY_MODE: 'sidecar' } });
    assert.equal(code, 2);
    assert.match(stderr, /INJECTOR_PROXY_MODE proxy.mode: expected container or native, got "sidecar"/);
  });
});
