import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadConfiguration } from '../../src/config/load.js';
import { ROOT } from '../../tools/checkout.js';
import { until } from '../support/until.js';
import { type InjectionInput, injectedInit, injectedProxy } from './init-container.js';
import { converse } from './testbed/conversations.js';
import { ENVOY, Envoy, expandedArgs, type ProxyContainer } from './testbed/envoy.js';
import { ADDRESSES, Network } from './testbed/network.js';
import { inNamespace, PROXY } from './testbed/peers.js';
import { runContainer } from './testbed/runtime.js';
import { FAMILIES } from './testbed/testbed.js';

const CONFIG = readFileSync(join(ROOT, 'docs', 'examples', 'injector-for-envoy.yaml'), 'utf8');
const INPUT: InjectionInput = {
  config: CONFIG,
  env: { INJECTOR_PROXY_ACCESS_LOG: 'enabled' },
  annotations: { 'proxy-injection/log-level': 'info' },
};
const HTTP_PEERS = fileURLToPath(new URL('testbed/http-peers.js', import.meta.url));
const ANSWERS = ['HTTP/1.1 /1', 'HTTP/1.1 /2', 'HTTP/2.0 /1', 'HTTP/2.0 /2', 'echo'];

/** A conversation of through_proxy.py, inbound and outbound. Each counts as one connection in either direction. */
const CONVERSATIONS: readonly (readonly [sentence: string, name: string, result: unknown])[] = [
  ['forwards what clients send, and the answers', 'client_first', ['works', 'works']],
  ['forwards what servers send first', 'server_first', ['works', 'works']],
  [
    'keeps the other half of a connection open if the client ends its half',
    'half_closed',
    [
      ['end', 5],
      ['end', 5],
    ],
  ],
  [
    'keeps the other half open if the server ends its half',
    'half_closed_by_server',
    [
      ['end', 5],
      ['end', 5],
    ],
  ],
  ['forwards a gigabyte', 'gigabyte', [1000, 1000]],
  [
    'passes on resets by servers',
    'reset_by_server',
    [
      ['works', 'ConnectionResetError'],
      ['works', 'ConnectionResetError'],
    ],
  ],
  [
    'passes on resets by clients',
    'reset_by_client',
    [
      ['works', 'ConnectionResetError'],
      ['works', 'ConnectionResetError'],
    ],
  ],
  ['closes connections to a port on which nothing listens', 'refused', ['end', 'end']],
];

for (const family of FAMILIES) {
  describe(`Envoy with the preset, over ${family}`, () => {
    const network = Network.create();
    const envoy = new Envoy(network.pod, injectedProxy(INPUT));
    const peers: ChildProcess[] = [];
    const talk = (name: string) => converse(name, network, family, 'through_proxy.py');

    before(async () => {
      await envoy.ready();
      const { status, stderr } = runContainer(injectedInit(INPUT), { network: network.podPath });
      assert.equal(status, 0, stderr);
    });
    after(async () => {
      for (const peer of peers) peer.kill('SIGKILL');
      await envoy.terminate();
      network.remove();
    });

    for (const [sentence, name, result] of CONVERSATIONS) {
      it(sentence, async () => assert.deepEqual(await talk(name), result));
    }

    it('counts inbound and outbound connections apart', async () => {
      const before = (await talk('counters')) as number[][];
      await talk('client_first');
      const after = (await talk('counters')) as number[][];
      assert.deepEqual(
        after,
        before.map((counts) => counts.map((count) => count + 1)),
      );
    });

    it('forwards HTTP/1.1, HTTP/2, and upgrades, inbound and outbound', async () => {
      const sides = [
        [network.pod, network.outside, ADDRESSES.pod[family]],
        [network.outside, network.pod, ADDRESSES.far[family]],
      ] as const;
      for (const [server, client, host] of sides) {
        const peer = spawn('ip', ['netns', 'exec', server, process.execPath, HTTP_PEERS, 'serve'], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        peers.push(peer);
        await once(peer.stdout as Readable, 'data');
        const ask = ['netns', 'exec', client, process.execPath, HTTP_PEERS, 'ask', host];
        const { stdout } = await promisify(execFile)('ip', ask);
        assert.deepEqual(JSON.parse(stdout), ANSWERS);
      }
    });

    it('answers clients of its own port instead of looping, and forwards connections to this port elsewhere', async () => {
      const answer = 'This is the port of the proxy.\n';
      assert.deepEqual(await talk('own_port'), [answer, answer, 'works']);
    });

    it('serves its metrics and whether it is ready to everyone, and nothing else', async () => {
      assert.deepEqual(await talk('metrics'), {
        'GET /ready': 200,
        'GET /stats/prometheus?usedonly': 200,
        'POST /ready': 404,
        'POST /quitquitquit': 404,
        'GET /config_dump': 404,
        'GET /stats': 404,
        'GET /': 404,
        'GET /ready/../quitquitquit': 404,
        'GET /stats/prometheus/../../help': 404,
      });
    });

    it('has its admin interface on loopback only', async () => {
      assert.deepEqual(await talk('admin'), ['end', 200]);
    });

    it('logs connections with their direction and destination', async () => {
      const destinations = () =>
        envoy.accessLog
          .map((line) => JSON.parse(line))
          .map(({ direction, destination }) => `${direction} ${destination}`);
      const address = (host: string) => (family === 'ipv6' ? `[${host}]:8081` : `${host}:8081`);
      await until(() => {
        const logged = destinations();
        return (
          logged.includes(`inbound ${address(ADDRESSES.pod[family])}`) &&
          logged.includes(`outbound ${address(ADDRESSES.far[family])}`)
        );
      });
    });

    it('keeps open connections, and accepts outbound ones, while it drains', async () => {
      assert.deepEqual(await talk('draining'), [200, 'works', 'works', 'ConnectionRefusedError', 'works']);
    });

    it('exits on SIGTERM', async () => assert.equal(await envoy.terminate(), 0));
  });
}

describe('Envoy with the preset, in a Pod with IPv6 disabled', () => {
  it('forwards inbound and outbound connections', async (t) => {
    const network = Network.create();
    t.after(() => network.remove());
    network.setInPod('net/ipv6/conf/all/disable_ipv6', '1');
    const envoy = new Envoy(network.pod, injectedProxy(INPUT));
    t.after(() => envoy.terminate());
    await envoy.ready();
    assert.equal(runContainer(injectedInit(INPUT), { network: network.podPath }).status, 0);
    const talk = await converse('client_first', network, 'ipv4', 'through_proxy.py');
    assert.deepEqual(talk, ['works', 'works']);
  });
});

describe('the hook of the preset that holds the app', () => {
  it('ends once Envoy is ready', async (t) => {
    const network = Network.create();
    t.after(() => network.remove());
    const container = injectedProxy(INPUT);
    const hook = hookOf(network, container);
    const exit = once(hook, 'exit');
    // Without Envoy, it is still running when another program starts and ends.
    assert.equal(spawnSync('ip', ['netns', 'exec', network.pod, 'sleep', '0.5']).status, 0);
    assert.equal(hook.exitCode, null);
    const envoy = new Envoy(network.pod, container);
    t.after(() => envoy.terminate());
    assert.deepEqual(await exit, [0, null]);
    const { status, stdout } = spawnSync('ip', ['netns', 'exec', network.pod, 'ss', '-Hltn'], {
      encoding: 'utf8',
    });
    assert.equal(status, 0);
    assert.match(stdout, /0\.0\.0\.0:5054 /);
    assert.match(stdout, /127\.0\.0\.1:5054 /);
  });

  it('fails with a message if Envoy takes too long, because Kubernetes would wait forever', async (t) => {
    const network = Network.create();
    t.after(() => network.remove());
    const hook = hookOf(network, injectedProxy(INPUT), 'SECONDS=60\n');
    const [[code], message] = await Promise.all([once(hook, 'exit'), text(hook.stderr as Readable)]);
    assert.equal(code, 1);
    assert.equal(message, 'Envoy is not ready after 60 seconds\n');
  });
});

/** The postStart hook of a proxy, running as its user in the network of the Pod. */
function hookOf(network: Network, { lifecycle }: ProxyContainer, before = ''): ChildProcess {
  const [bash = '', option = '', script = ''] = lifecycle.postStart.exec.command;
  const [command, ...args] = inNamespace(network.pod, PROXY, [bash, option, before + script]);
  return spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

describe('the bootstrap of the preset', () => {
  for (const mode of ['container', 'native']) {
    it(`is tested with the version of Envoy that the image has (${mode})`, () => {
      const env = { INJECTOR_PROXY_PRESET: 'envoy', INJECTOR_PROXY_MODE: mode };
      const { configuration } = loadConfiguration(env);
      const [, version] = /[:-]v(.*)$/.exec(configuration.proxy.image) ?? [];
      const { stdout } = spawnSync(ENVOY, ['--version'], { encoding: 'utf8' });
      assert.ok(stdout.includes(`/${version}/`), stdout);
    });
  }

  for (const env of [
    {},
    { INJECTOR_PROXY_ACCESS_LOG: 'enabled' },
    { INJECTOR_REDIRECT_IPV6: 'disabled' },
    { INJECTOR_PROXY_TCP_PORT: '5055' },
  ]) {
    it(`is valid for Envoy with ${JSON.stringify(env)}`, () => {
      const args = expandedArgs(injectedProxy({ config: CONFIG, env }));
      const { status, stderr } = spawnSync(ENVOY, ['--mode', 'validate', ...args], { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    });
  }
});
