import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { MAIN, proxyInjector } from './command-line.js';

describe('serve', () => {
  it('runs the webhook until it is told to end', async () => {
    const { PATH, NODE_V8_COVERAGE } = process.env;
    const ports = { INJECTOR_WEBHOOK_PORT: '0', INJECTOR_MANAGEMENT_PORT: '0' };
    const env = {
      PATH,
      ...(NODE_V8_COVERAGE && { NODE_V8_COVERAGE }),
      ...ports,
      INJECTOR_SHUTDOWN_DRAIN_SECONDS: '0',
    };
    const child = spawn(process.execPath, [MAIN, 'serve'], { env });
    const ended = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout })) {
      const { msg, url } = JSON.parse(line);
      if (!msg.startsWith('Management listens')) continue;
      assert.equal((await fetch(`${url}/livez`)).status, 200);
      break;
    }
    child.stdout.resume();
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
  });

  it('ends at once where the configuration is wrong', async () => {
    const { code, stderr } = await proxyInjector(['serve'], { env: { INJECTOR_PROXY_MODE: 'sidecar' } });
    assert.equal(code, 1);
    assert.match(stderr, /INJECTOR_PROXY_MODE proxy.mode: expected container or native, got "sidecar"/);
  });
});
