import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  EmptySchema,
  PodSandboxRequestSchema,
  StateChangeEventSchema,
} from '../../src/agent/nri/messages_pb.js';
import { redirectText } from '../../src/core/redirect/redirect-annotation.js';
import { nodeRulesetOf } from '../../src/core/redirect/ruleset.js';
import { type FakeAnswer, type FakePod, RUNTIME_TIMEOUT_MS } from '../support/fake-runtime.js';
import { until } from '../support/until.js';
import { AgentProcess, REDIRECT } from './agent-process.js';

const ANSWERED = 0;

describe('the agent', () => {
  let sut: AgentProcess;
  beforeEach(() => {
    sut = new AgentProcess();
  });
  afterEach(async () => {
    await sut.remove();
    await sut.runtime.stop();
  });

  const pod: AgentProcess['pod'] = (id, change) => sut.pod(id, change);
  const withoutAnnotation = (id: string): FakePod => ({ ...pod(id), annotations: {} });
  const onHostNetwork = (id: string): FakePod => ({ ...pod(id), linux: { namespaces: [{ type: 'pid' }] } });

  const connected: AgentProcess['connected'] = (...parts) => sut.connected(...parts);

  it('registers, and subscribes to what happens to Pods and to new containers', async () => {
    await sut.runtime.start();
    await sut.start('--nri-index=07');
    const plugin = await sut.runtime.next();
    const { pluginName, pluginIdx } = await plugin.registered;
    assert.deepEqual([pluginName, pluginIdx], ['proxy-injector', '07']);
    assert.equal(await plugin.configure(), 0b1111); // RunPodSandbox, StopPodSandbox, RemovePodSandbox, CreateContainer
  });

  it('is alive from the start, and ready once it knows the Pods of the runtime', async () => {
    await sut.start();
    assert.equal((await sut.get('/livez')).status, 200);
    assert.deepEqual(await sut.get('/readyz'), {
      status: 503,
      body: 'not connected to the container runtime\n',
    });
    await sut.runtime.start();
    const plugin = await sut.runtime.next();
    await plugin.configure();
    assert.equal(await sut.ready(), 'waiting for the Pods of the container runtime');
    await plugin.synchronize([]);
    await until(async () => (await sut.ready()) === 'ok');
    assert.equal((await sut.get('/nothing')).status, 404);
  });

  it('applies the rules of a Pod in its network namespace before it answers', async () => {
    const plugin = await connected();
    assert.equal((await plugin.pod('RunPodSandbox', pod('1'))).code, ANSWERED);
    assert.deepEqual(sut.runs, ['1']);
    assert.equal(sut.read('rules-1'), nodeRulesetOf(REDIRECT).nft);
    assert.equal(sut.read('runs'), '1 /dev/null\n'); // not the termination message of the agent's container
    const { time, level, durationMs, ...line } = await sut.logged('Redirected a Pod');
    assert.deepEqual(line, {
      namespace: 'shop',
      pod: 'web-1',
      sandbox: '1',
      output: 'proxy-init: redirected IPv4 and IPv6 with nft',
      msg: 'Redirected a Pod',
    });
    assert.equal(await sut.metric('redirects_total{result="applied"}'), 1);
    assert.equal(await sut.metric('redirect_duration_seconds_count'), 1);
  });

  it('understands requests that arrive byte by byte', async () => {
    const plugin = await connected();
    const fields = { pod: pod('1') };
    assert.equal(
      (await plugin.call('RunPodSandbox', PodSandboxRequestSchema, fields, { cut: 1 })).code,
      ANSWERED,
    );
    assert.deepEqual(sut.runs, ['1']);
  });

  it('understands runtimes that send events instead', async () => {
    const plugin = await connected();
    const event = (event: number) =>
      plugin.call('StateChange', StateChangeEventSchema, { event, pod: pod('1') });
    assert.equal((await event(1)).code, ANSWERED);
    assert.deepEqual(sut.runs, ['1']);
    assert.equal((await event(5)).code, ANSWERED); // an event to which it did not subscribe
    await plugin.pod('CreateContainer', pod('1'));
    assert.deepEqual(sut.runs, ['1']);
    assert.equal((await event(2)).code, ANSWERED);
    await plugin.pod('CreateContainer', pod('1'));
    assert.deepEqual(sut.runs, ['1', '1']);
  });

  it('leaves Pods without the annotation alone, and those on the host network', async () => {
    const plugin = await connected();
    for (const each of [withoutAnnotation('1'), onHostNetwork('2')]) {
      for (const method of ['RunPodSandbox', 'CreateContainer']) {
        assert.equal((await plugin.pod(method, each)).code, ANSWERED);
      }
    }
    assert.deepEqual(sut.runs, []);
    assert.equal(await sut.metric('redirects_total{result="skipped"}'), 1);
    await sut.logged('Skipped a Pod on the host network');
  });

  const REJECTED: readonly [string, (directory: string) => Parameters<AgentProcess['pod']>[1], RegExp][] = [
    [
      'an annotation that is no JSON',
      () => ({ redirect: 'nft' }),
      /redirect: expected a JSON object, got "nft"$/,
    ],
    [
      'a field that is out of range',
      () => ({ redirect: redirectText({ ...REDIRECT, tcpPort: 70_000 }) }),
      /tcpPort: expected .*, got 70000$/,
    ],
    [
      'text for nft in a list',
      () => ({
        redirect: JSON.stringify({
          ...JSON.parse(redirectText(REDIRECT)),
          skipInterfaces: 'a"; flush ruleset; #',
        }),
      }),
      /skipInterfaces: expected /,
    ],
    [
      'a network namespace elsewhere',
      () => ({ path: '/proc/1/ns/net' }),
      /network namespace: expected a path directly below \/.*\/netns, got "\/proc\/1\/ns\/net"$/,
    ],
    [
      'a network namespace that is gone',
      (directory) => ({ path: join(directory, 'gone') }),
      /network namespace: expected a file, got none$/,
    ],
  ];

  for (const [what, change, message] of REJECTED) {
    it(`rejects a Pod with ${what}, by name`, async () => {
      const plugin = await connected();
      for (const method of ['RunPodSandbox', 'CreateContainer']) {
        const answer = await plugin.pod(method, pod('1', change(sut.netnsDirectory)));
        assert.equal(answer.code, 2);
        assert.match(answer.message, /^Pod shop\/web-1: no redirect: /);
        assert.match(answer.message, message);
      }
      assert.deepEqual(sut.runs, []);
      const result = what.startsWith('a network namespace') ? 'failed' : 'invalid';
      assert.equal(await sut.metric(`redirects_total{result="${result}"}`), 2);
    });
  }

  it('answers with what the runner printed if that fails, and tries again for the next container', async () => {
    const plugin = await connected();
    sut.tell('fail-1');
    const message = 'Pod shop/web-1: no redirect: proxy-init: no backend; nft: no';
    const failed = async (method: string) => {
      const answer = await plugin.pod(method, pod('1'));
      assert.deepEqual([answer.code, answer.message], [2, message]);
    };
    await failed('RunPodSandbox');
    await failed('CreateContainer');
    assert.equal((await sut.logged('Failed to redirect a Pod')).error, message);
    sut.untell('fail-1');
    assert.equal((await plugin.pod('CreateContainer', pod('1'))).code, ANSWERED);
    assert.equal((await plugin.pod('CreateContainer', pod('1'))).code, ANSWERED);
    assert.deepEqual(sut.runs, ['1', '1', '1']);
  });

  it('kills a runner that hangs, and answers before the runtime gives up', async () => {
    const plugin = await connected();
    sut.tell('hold-1');
    const start = performance.now();
    const { code, message } = await plugin.pod('RunPodSandbox', pod('1'));
    assert.ok(performance.now() - start < RUNTIME_TIMEOUT_MS, 'later than the runtime waits');
    assert.equal(code, 2);
    assert.match(
      message,
      /^Pod shop\/web-1: no redirect: expected the rules to be applied within 1500 ms, got no result$/,
    );
    sut.untell('hold-1');
    sut.untell('busy-1');
    await until(async () => (await plugin.pod('CreateContainer', pod('1'))).code === ANSWERED);
  });

  it('applies the redirect of a sandbox once, whoever asks for it at the same time', async () => {
    const plugin = await connected();
    sut.tell('hold-1');
    const answers = ['RunPodSandbox', 'CreateContainer', 'CreateContainer'].map((method) =>
      plugin.pod(method, pod('1')),
    );
    await until(() => sut.runs.length > 0);
    sut.untell('hold-1');
    assert.deepEqual((await Promise.all(answers)).map(codeOf), [ANSWERED, ANSWERED, ANSWERED]);
    assert.deepEqual(sut.runs, ['1']);
  });

  it('forgets a Pod that ended, even while its redirect is applied', async () => {
    const plugin = await connected();
    await plugin.pod('RunPodSandbox', pod('1'));
    await plugin.pod('StopPodSandbox', pod('1'));
    await plugin.pod('RemovePodSandbox', pod('1'));
    await plugin.pod('CreateContainer', pod('1'));
    assert.deepEqual(sut.runs, ['1', '1']);
    sut.tell('hold-2');
    const answer = plugin.pod('RunPodSandbox', pod('2'));
    await until(() => sut.runs.includes('2'));
    await plugin.pod('StopPodSandbox', pod('2'));
    sut.untell('hold-2');
    await answer;
    await plugin.pod('CreateContainer', pod('2'));
    assert.deepEqual(sut.runs, ['1', '1', '2', '2']);
  });

  it('applies the redirects of all Pods that run when it connects, from as many messages as it takes', async () => {
    const running = Array.from({ length: 60 }, (_, index) => pod(`${index}`));
    const gone = pod('gone', { path: join(sut.netnsDirectory, 'gone') });
    sut.tell('fail-3');
    const plugin = await connected(
      running.slice(0, 30),
      [gone, withoutAnnotation('a'), onHostNetwork('b')],
      running.slice(30),
    );
    await until(async () => (await sut.ready()) === 'ok');
    assert.deepEqual([...new Set(sut.runs)].sort(), running.map(({ id }) => id).sort());
    assert.equal(sut.runs.length, 60);
    assert.equal(sut.lines('Failed').length, 1);
    await plugin.pod('CreateContainer', running[1] as FakePod);
    assert.equal(sut.runs.length, 60);
  });

  it('tries again what failed, as the runtime does not ask again about a Pod whose validator runs', async () => {
    sut.tell('fail-1');
    await connected([pod('0'), pod('1')]);
    await until(() => sut.lines('Failed').length === 2);
    sut.untell('fail-1');
    await until(() => sut.lines('Redirected').length === 2);
    assert.deepEqual([...sut.runs].sort().slice(0, 3), ['0', '1', '1']);
  });

  it('takes a Pod without namespaces for one that ended, as early versions of containerd 2 list them', async () => {
    await connected([{ ...pod('1'), linux: { namespaces: [] } }]);
    assert.equal(await sut.ready(), 'ok');
    assert.deepEqual([sut.runs, sut.lines('Failed')], [[], []]);
  });

  it('says that it understands split messages', async () => {
    await sut.runtime.start();
    await sut.start();
    const plugin = await sut.runtime.next();
    await plugin.configure();
    assert.deepEqual(await plugin.synchronize([pod('1')], [], [pod('2')]), [true, true, false]);
  });

  it('answers in time when it has more Pods than it can redirect, and continues', async () => {
    sut.tell('hold');
    const start = performance.now();
    await sut.runtime.start();
    await sut.start();
    const plugin = await sut.runtime.connected(Array.from({ length: 20 }, (_, index) => pod(`${index}`)));
    assert.ok(performance.now() - start > 1400);
    assert.equal(await sut.ready(), 'waiting for the Pods of the container runtime');
    sut.untell('hold');
    await until(async () => (await sut.ready()) === 'ok');
    await until(() => sut.lines('Redirected').length === 20);
    assert.equal((await plugin.pod('CreateContainer', pod('0'))).code, ANSWERED);
  });

  it('connects again when the runtime restarts, and applies what is missing', async () => {
    const first = await connected([pod('1')]);
    assert.equal(await sut.metric('connected'), 1);
    first.socket.destroy();
    await sut.runtime.stop();
    await until(async () => (await sut.metric('connected')) === 0);
    assert.equal(await sut.ready(), 'not connected to the container runtime');
    await sut.runtime.start();
    const second = await sut.runtime.connected([pod('1'), pod('2')]);
    await until(async () => (await sut.ready()) === 'ok');
    assert.equal(await sut.metric('connections_total'), 2);
    assert.deepEqual([...sut.runs].sort(), ['1', '1', '2']);
    assert.equal((await second.pod('RunPodSandbox', pod('3'))).code, ANSWERED);
  });

  it('logs an error that repeats once', async () => {
    await sut.start();
    await sut.runtime.start();
    const plugin = await sut.runtime.connected();
    await until(async () => (await sut.ready()) === 'ok');
    plugin.socket.destroy();
    await until(() => sut.lines('Not connected').length === 2);
    assert.match(String(sut.lines('Not connected')[0]?.error), /ENOENT/);
    assert.equal(sut.lines('Not connected')[1]?.error, 'the container runtime closed the connection');
  });

  const MALFORMED: readonly [string, string, string][] = [
    [
      'a frame that is too long',
      '00000001ffffffff',
      'length of a frame of the multiplexer: expected at most 4194314 bytes, got 4294967295',
    ],
    [
      'a message that is too long',
      `000000010000000a${'ffffffff000000010100'}`,
      'length of a ttrpc message: expected at most 4194304 bytes, got 4294967295',
    ],
    [
      'a message of another type',
      `000000010000000a${'00000000000000010300'}`,
      'type of a ttrpc message: expected 1 (request), got 3',
    ],
    [
      'a request that is no protobuf',
      `000000010000000c${'00000002000000010100'}0aff`,
      'a ttrpc request: expected a protobuf message, got premature EOF',
    ],
    [
      'a response to no request',
      `000000020000000a${'00000000000000630200'}`,
      'stream of a ttrpc response: expected that of a call, got 99',
    ],
  ];

  for (const [what, bytes, error] of MALFORMED) {
    it(`closes the connection after ${what}, and connects again`, async () => {
      const plugin = await connected();
      plugin.write(Buffer.from(bytes, 'hex'));
      await plugin.closed;
      await sut.runtime.connected();
      assert.equal((await sut.logged('Not connected')).error, error);
    });
  }

  it('rejects calls that it does not know, or cannot read', async () => {
    const plugin = await connected();
    const unknown = await plugin.call('Nothing', EmptySchema, {});
    assert.deepEqual(
      [unknown.code, unknown.message],
      [12, 'nri.pkg.api.v1alpha1.Plugin/Nothing: not a method of this plugin'],
    );
    const other = await plugin.call('Configure', EmptySchema, {}, { service: 'x' });
    assert.deepEqual([other.code, other.message], [12, 'x/Configure: not a method of this plugin']);
    const nothing = await plugin.call('RunPodSandbox', EmptySchema, {});
    assert.deepEqual([nothing.code, nothing.message], [3, 'pod: expected a sandbox with an ID, got none']);
    assert.equal((await plugin.call('Shutdown', EmptySchema, {})).code, ANSWERED);
  });

  it('finishes its work on SIGTERM', async () => {
    const plugin = await connected();
    sut.tell('hold-1');
    const answer = plugin.pod('RunPodSandbox', pod('1'));
    await until(() => sut.runs.length > 0);
    sut.kill('SIGTERM');
    await until(async () => (await sut.ready()) === 'shutting down');
    sut.untell('hold-1');
    assert.equal((await answer).code, ANSWERED);
    assert.equal(await sut.exit(), 0);
    assert.equal(sut.stderr, '');
  });

  it('connects soon after the runtime has a new socket, however long there was none', async () => {
    await sut.start();
    await sleep(3500); // by now, the agent pauses for longer than this test waits
    await sut.runtime.start();
    const isSoon = await Promise.race([sut.runtime.next().then(() => true), sleep(2000, false)]);
    assert.ok(isSoon);
  });

  it('leaves nothing behind of attempts that fail', async () => {
    await sut.start();
    for (let attempt = 0; attempt < 15; attempt += 1) {
      writeFileSync(sut.runtime.socket, ''); // refuses connections, and looks like a new socket
      await sleep(100);
      rmSync(sut.runtime.socket);
    }
    assert.equal(sut.stderr, ''); // Node warns of a leak at the eleventh listener of a signal
  });

  it('stops while there is no runtime', async () => {
    await sut.start();
    sut.kill('SIGTERM');
    assert.equal(await sut.exit(), 0);
  });

  it('stops while the runtime does not answer', async () => {
    await sut.runtime.start();
    await sut.start();
    const { socket } = await sut.runtime.next();
    socket.pause();
    sut.kill('SIGTERM');
    assert.equal(await sut.exit(), 0);
  });

  it('exits with 2 if its port is taken', async () => {
    await sut.start();
    const other = new AgentProcess();
    try {
      const port = sut.line('Listening')?.port;
      await other.start(`--port=${port}`);
      assert.equal(await other.exit(), 2);
      assert.match(
        other.stderr,
        new RegExp(`^error: --port: expected a free port, got ${port}: .*EADDRINUSE`),
      );
    } finally {
      await other.remove();
    }
  });

  it('uses less than 80 MB of memory with 200 Pods', async (t) => {
    const plugin = await connected(Array.from({ length: 200 }, (_, index) => pod(`${index}`)));
    await until(async () => (await sut.ready()) === 'ok');
    const status = readFileSync(`/proc/${sut.pid}/status`, 'utf8');
    const megabytes = (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024) / 1e6;
    t.diagnostic(`${megabytes.toFixed(0)} MB`);
    assert.ok(megabytes < 80, `${megabytes} MB`);
    plugin.socket.destroy();
  });
});

function codeOf({ code }: FakeAnswer): number {
  return code;
}
