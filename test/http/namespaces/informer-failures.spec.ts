import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient } from '../../../src/cluster/api-client.js';
import { MAX_LINE_BYTES } from '../../../src/cluster/json-lines.js';
import { NamespaceInformer } from '../../../src/namespaces/informer.js';
import { until } from '../../support/until.js';
import { body, drop, errorLine, hang, type PlainAnswer, status } from './fake-answers.js';
import { FAST, follow, prepare, type Setup } from './informer-setup.js';
import { ServiceAccount } from './service-account.js';

/** A watch that is accepted and then says nothing, not even goodbye: what a dead connection looks like. */
const silence: PlainAnswer = (response) => response.writeHead(200).flushHeaders();

describe(`${NamespaceInformer.name} on bad days`, () => {
  test('warns once, keeps trying and says when it is over', async (t) => {
    const { api, informer, log } = await prepare(t);
    api.always('list', status(500, 'etcd is on fire'));
    informer.start();
    await until(() => api.of('list').length >= 5);
    assert.equal(informer.synced, false);
    api.always('list');
    await until(() => informer.synced);
    await until(() => log.texts('info').length === 2);
    assert.deepEqual(log.texts('warn'), [
      `following the namespaces failed, trying again: GET ${api.url}/api/v1/namespaces: 500 etcd is on fire`,
    ]);
    assert.deepEqual(log.texts('info'), ['namespaces synced', 'following the namespaces again']);
    assert.ok(Number(log.lines.at(-1)?.fields.failures) >= 5);
  });

  test('keeps what it knows through an outage', async (t) => {
    const { api, informer, log } = await follow(t, ['shop']);
    await until(() => api.watches === 1);
    for (const kind of ['list', 'watch'] as const) api.always(kind, drop);
    api.dropConnections();
    await until(() => api.of('list').length >= 3);
    assert.ok(informer.peek('shop'));
    assert.equal(informer.synced, true);
    for (const kind of ['list', 'watch'] as const) api.always(kind);
    api.set('after');
    await until(() => informer.peek('after') !== undefined);
    await until(() => log.texts('info').includes('following the namespaces again'));
  });

  test('keeps trying while nobody listens', async (t) => {
    const { api, informer, log } = await prepare(t);
    await api.stop();
    informer.start();
    await until(() => log.lines.length >= 3);
    assert.match(log.texts('warn').join(), /connect ECONNREFUSED 127\.0\.0\.1:/);
    assert.equal(log.texts('warn').length, 1);
  });

  test('does not ask in a loop when the watch ends at once again and again', async (t) => {
    const { api, log } = await busyTest(t, (response) => response.writeHead(200).end());
    assert.deepEqual(log.texts('warn'), [
      'following the namespaces failed, trying again: the watch ended in less than 100 ms',
    ]);
    assert.ok(api.of('watch').length > 2);
  });

  test('does not ask in a loop when the watch is always gone', async (t) => {
    await busyTest(t, body(errorLine(410, 'too old resource version')));
  });

  test('lists again after an event that it can never read', async (t) => {
    const { api, informer, log } = await follow(t);
    await until(() => api.watches === 1);
    api.always('watch', (response, usual) => {
      usual();
      response.write('{"type":"ADDED","object":{"metadata":{}}}\n');
    });
    api.set('hidden-behind-it');
    api.dropConnections();
    await until(() => api.of('list').length === 2);
    assert.ok(api.of('watch').length >= 3, 'not at the first failure');
    await until(() => informer.peek('hidden-behind-it') !== undefined);
    assert.match(log.texts('warn').join(), /a namespace without a name/);
  });

  const unreadable: Record<string, [sent: string, said: RegExp]> = {
    'a line that is not JSON': ['{"type": oops\n', /a line that is not JSON: \{"type": oops/],
    'a value that is no event': ['[1]\n', /a watch event of the type undefined/],
    'an event of an unknown type': ['{"type":"NEWS","object":{}}\n', /a watch event of the type NEWS/],
    'an event without an object': ['{"type":"ADDED"}\n', /an object without metadata/],
    'an event without a resource version': [
      '{"type":"MODIFIED","object":{"metadata":{"name":"x"}}}\n',
      /an object without a resourceVersion/,
    ],
    'an error event': [errorLine(500, 'etcd is away'), /the watch reports 500 etcd is away/],
    'an error event without a status': ['{"type":"ERROR"}\n', /the watch reports an error/],
    'a line without an end': ['x'.repeat(MAX_LINE_BYTES + 1), /a line longer than 8388608 bytes/],
  };
  for (const [what, [sent, said]] of Object.entries(unreadable)) {
    test(`reconnects after ${what}, and goes on where it was`, async (t) => {
      const { api, informer, log } = await follow(t, ['shop']);
      await until(() => api.watches === 1);
      api.set('before');
      api.send(sent);
      await until(() => api.of('watch').length === 2);
      assert.match(log.texts('warn').join('\n'), said);
      assert.equal(api.of('watch').at(-1)?.query.get('resourceVersion'), '3');
      api.set('after');
      await until(() => informer.peek('after') !== undefined);
      assert.ok(informer.peek('before'));
      assert.equal(api.of('list').length, 1);
      assert.deepEqual(informer.peek('x'), undefined);
    });
  }

  test('gives up a connection that is silent for longer than its watch can last', async (t) => {
    const { api, informer, log } = await prepare(t, { watchTimeoutMs: 1, watchMarginMs: 50 });
    api.next('watch', silence);
    informer.start();
    await until(() => api.of('watch').length >= 2);
    assert.match(log.texts('warn').join(), /no data for 1050 ms/);
    api.set('after');
    await until(() => informer.peek('after') !== undefined);
  });

  test('gives up a list and a watch that are not answered at all', async (t) => {
    const { api, informer, log } = await prepare(t, { silenceMs: 400 });
    api.next('list', hang);
    api.next('watch', hang);
    informer.start();
    api.set('shop');
    await until(() => api.watches === 1);
    assert.ok(informer.peek('shop'));
    assert.match(log.texts('warn').join(), /no answer for 400 ms/);
  });

  test('says what the API server says when it may not list', async (t) => {
    const { api, informer, log } = await prepare(t);
    api.always('list', status(403, 'namespaces is forbidden: User "x" cannot list resource "namespaces"'));
    informer.start();
    await until(() => log.texts('warn').length > 0);
    assert.match(log.texts('warn').join(), /403 namespaces is forbidden: User "x" cannot list/);
  });

  test('goes on with the new token when the old one has expired', async (t) => {
    const account = new ServiceAccount().write('token', 'first');
    const { api, log } = await prepare(t);
    api.token = 'first';
    const client = new ApiClient({ url: api.url, directory: account.directory });
    const informer = new NamespaceInformer(client, log.log, FAST);
    t.after(() => informer.stop().then(() => account.remove()));
    informer.start();
    await until(() => informer.synced);
    await until(() => api.watches === 1);
    api.token = 'second';
    api.dropConnections();
    await until(() => log.texts('warn').some((text) => text.includes('401 Unauthorized')));
    account.write('token', 'second');
    await until(() => api.watches === 1);
    api.set('after');
    await until(() => informer.peek('after') !== undefined);
  });
});

/** Lets every watch be answered like this for a while, and counts. */
async function busyTest(t: TestContext, answer: PlainAnswer): Promise<Setup> {
  const setup = await prepare(t, { backoffMinMs: 100, backoffMaxMs: 100 });
  setup.api.always('watch', answer);
  const started = performance.now();
  setup.informer.start();
  await until(() => setup.informer.synced);
  await delay(500);
  // A pause of 100 ms at least after the first retry; without pauses there are hundreds.
  const most = 3 + (performance.now() - started) / 100;
  const { length } = setup.api.of('watch');
  assert.ok(length <= most, `${length} watches, and no more than ${most} expected`);
  return setup;
}
