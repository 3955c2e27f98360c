import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../../tools/checkout.js';
import { injectedInit } from './init-container.js';
import { ADDRESSES } from './testbed/network.js';
import { APP, ask, inNamespace, PROXY, type Question } from './testbed/peers.js';
import { runContainer } from './testbed/runtime.js';
import { FAMILIES, Testbed } from './testbed/testbed.js';

const EXAMPLES = join(ROOT, 'docs', 'examples');

/** Envoy as the proxy of a Pod, with the configuration from the docs. */
class Envoy {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;

  constructor(namespace: string) {
    const envoy = [join(ROOT, '.tools', 'envoy', 'envoy'), '--config-path', join(EXAMPLES, 'envoy.yaml')];
    const [command, ...args] = inNamespace(namespace, PROXY, [
      ...envoy,
      '--disable-hot-restart',
      '--concurrency',
      '1',
    ]);
    this.#child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#exit = once(this.#child, 'exit');
    process.once('exit', () => this.#child.kill('SIGKILL'));
  }

  async ready(): Promise<void> {
    const log: string[] = [];
    for await (const line of createInterface({ input: this.#child.stderr as NodeJS.ReadableStream })) {
      log.push(line);
      if (line.includes('starting workers')) break;
    }
    assert.match(log.at(-1) ?? '', /starting workers/, log.join('\n'));
    this.#child.stderr?.resume();
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }
}

describe('Envoy, configured as in docs/guides/bring-your-own-proxy.md', () => {
  const testbed = new Testbed({ proxy: false });
  const envoy = new Envoy(testbed.network.pod);
  const { pod, far } = ADDRESSES;
  const inbound = FAMILIES.map((family): Question => ['tcp', pod[family], 8080]);
  const outbound = FAMILIES.map((family): Question => ['tcp', far[family], 80]);

  before(async () => {
    await Promise.all([testbed.ready(), envoy.ready()]);
    const init = injectedInit({
      config: readFileSync(join(EXAMPLES, 'injector-for-envoy.yaml'), 'utf8'),
      annotations: { 'proxy-injection/outbound': 'enabled' },
    });
    assert.equal(runContainer(init, { network: testbed.network.podPath }).status, 0);
  });
  after(async () => {
    await envoy.stop();
    testbed.remove();
  });

  it('forwards inbound connections to the app, which sees the proxy as its client', async () => {
    const replies = await ask(testbed.network.outside, APP, inbound);
    assert.deepEqual(
      replies.map((reply) => [reply?.by, reply?.from]),
      [
        ['app', pod.ipv4],
        ['app', pod.ipv6],
      ],
    );
  });

  it('forwards outbound connections', async () => {
    const replies = await ask(testbed.network.pod, APP, outbound);
    assert.deepEqual(
      replies.map((reply) => reply?.by),
      ['far', 'far'],
    );
  });

  it('answers clients that connect to its own port instead of looping', async () => {
    const [reply] = await ask(testbed.network.outside, APP, [['tcp', pod.ipv4, 5054]]);
    assert.deepEqual(reply, { by: 'This is the port of the proxy.\n' });
  });

  it('handled all of these connections: none succeeds after it stops', async () => {
    await envoy.stop();
    assert.deepEqual(await ask(testbed.network.outside, APP, inbound), [null, null]);
    assert.deepEqual(await ask(testbed.network.pod, APP, outbound), [null, null]);
  });
});
