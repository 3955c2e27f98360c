import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ROOT } from '../../tools/checkout.js';
import { AgentProcess } from '../process/agent-process.js';
import { until } from '../support/until.js';

const NETNS = '/var/run/netns';

const ip = (...args: readonly string[]) => execFileSync('ip', args, { encoding: 'utf8' });
const tablesIn = (name: string) => ip('netns', 'exec', name, 'nft', 'list', 'tables').trim();

describe('the agent in network namespaces', () => {
  const pod: AgentProcess['pod'] = (id) => sut.pod(id);
  let sut: AgentProcess;
  let names: string[];
  beforeEach(async () => {
    names = Array.from({ length: 20 }, (_, index) => `agent-${process.pid}-${index}`);
    for (const name of names) ip('netns', 'add', name);
    sut = new AgentProcess({ netnsDirectory: NETNS, proxyInit: join(ROOT, 'proxy-init', 'proxy-init.sh') });
    await sut.runtime.start();
    await sut.start();
  });
  afterEach(async () => {
    await sut.remove();
    await sut.runtime.stop();
    for (const name of names) ip('netns', 'del', name);
  });

  it('redirects each Pod alone', async () => {
    const plugin = await sut.runtime.connected();
    const [first = '', second = ''] = names;
    assert.equal((await plugin.pod('RunPodSandbox', pod(first))).message, '');
    assert.equal(tablesIn(first), 'table inet proxy_injector');
    assert.equal(tablesIn(second), '');
  });

  it('redirects the Pods that run already, again and again, with the same result', async () => {
    for (const _ of [1, 2]) {
      const plugin = await sut.runtime.connected(names.map((name) => pod(name)));
      await until(async () => (await sut.ready()) === 'ok');
      for (const name of names) assert.equal(tablesIn(name), 'table inet proxy_injector');
      plugin.socket.destroy();
      await until(async () => (await sut.ready()) !== 'ok');
    }
  });

  it('says why it cannot enter a file that is not a network namespace', async () => {
    const plugin = await sut.runtime.connected();
    const file = join(NETNS, `${names[0]}-file`);
    execFileSync('touch', [file]);
    const { code, message } = await plugin.pod('RunPodSandbox', pod(`${names[0]}-file`));
    execFileSync('rm', [file]);
    assert.equal(code, 2);
    assert.match(message, /^Pod shop\/web-agent-.*-file: no redirect: nsenter: .*Invalid argument/);
  });
});
