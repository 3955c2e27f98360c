import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { redirectText } from '../../src/core/redirect/redirect-annotation.js';
import { ROOT } from '../../tools/checkout.js';
import { AgentProcess } from '../process/agent-process.js';
import { resolved, settings } from '../support/core-cases.js';
import type { FakePod } from '../support/fake-runtime.js';
import { until } from '../support/until.js';

const NETNS = '/var/run/netns';
const REDIRECT = redirectText(resolved(settings({})).redirect);

const ip = (...args: readonly string[]) => execFileSync('ip', args, { encoding: 'utf8' });
const tablesIn = (name: string) => ip('netns', 'exec', name, 'nft', 'list', 'tables').trim();

describe('the agent in network namespaces', () => {
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

  const pod = (id: string): FakePod => ({
    id,
    namespace: 'shop',
    name: id,
    annotations: { 'proxy-injection/redirect': REDIRECT },
    linux: { namespaces: [{ type: 'network', path: join(NETNS, id) }] },
  });

  it('redirects each Pod alone, and prints how long that delays its start', async (t) => {
    const plugin = await sut.runtime.connected();
    const [first = '', second = '', ...others] = names;
    assert.equal((await plugin.pod('RunPodSandbox', pod(first))).message, '');
    assert.equal(tablesIn(first), 'table inet proxy_injector');
    assert.equal(tablesIn(second), '');
    const delays: number[] = [];
    for (const name of others) {
      const start = performance.now();
      await plugin.pod('RunPodSandbox', pod(name));
      delays.push(performance.now() - start);
    }
    delays.sort((a, b) => a - b);
    const [median = 0, longest] = [delays[Math.floor(delays.length / 2)], delays.at(-1)];
    t.diagnostic(`delay of a Pod: median ${median.toFixed(1)} ms, longest ${longest?.toFixed(1)} ms`);
  });

  it('redirects the Pods that run already, again and again, with the same result', async () => {
    for (const _ of [1, 2]) {
      const plugin = await sut.runtime.connected(names.map(pod));
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
    assert.match(message, /^Pod shop\/agent-.*-file: no redirect: nsenter: .*Invalid argument/);
  });
});
