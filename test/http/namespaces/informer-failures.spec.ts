import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { mountedCredentials } from '../../../src/cluster/api-access.js';
import { ApiClient } from '../../../src/cluster/api-client.js';
import { MAX_RESPONSE_BYTES } from '../../../src/cluster/limits.js';
import { NamespaceInformer } from '../../../src/namespaces/informer.js';
import { until } from '../../support/until.js';
import { body, drop, errorLine, hang, type PlainAnswer, status } from './fake-answers.js';
import { FAST, prepareInformer, type Setup, startInformer } from './informer-setup.js';
import { ServiceAccount } from './service-account.js';

/** Accepts a watch, then sends nothing and does not close it, like a dead connection. */
const silence: PlainAnswer = (response) => response.writeHead(200).flushHeaders();

describe(`${NamespaceInformer.name} with a failing API server`, () => {
  test('warns once, keeps retrying, and logs the recovery', async (t) => {
    const { api, informer, log } = await prepareInformer(t);
    api.always('list', status(500, 'etcd is on fire'));
    informer.start();
    await until(() => api.of('list').length >= 5);
    assert.equal(informer.synced, false);
    api.always('list');
    await until(() => informer.synced);
    await until(() => log.texts('info').length === 2);
    assert.deepEqual(log.texts('warn'), [
      `Namespace informer failed; retrying: GET ${api.url}/api/v1/namespaces: 500 etcd is on fire`,
    ]);
    assert.deepEqual(log.texts('info'), ['Namespaces synced', 'Namespace informer recovered']);
    assert.ok(Number(log.lines.at(-1)?.fields.failures) >= 5);
  });

  test('keeps its namespaces during an outage', async (t) => {
    const { api, informer, log } = await startInformer(t, ['shop']);
    await until(() => api.watches === 1);
    for (const kind of ['list', 'watch'] as const) api.always(kind, drop);
    api.dropConnections();
    await until(() => api.of('list').length >= 3);
    assert.ok(informer.peek('shop'));
    assert.equal(informer.synced, true);
    for (const kind of ['list', 'watch'] as const) api.always(kind);
    api.set('after');
    await until(() => informer.peek('after') !== undefined);
    await until(() => log.texts('info').includes('Namespace informer recovered'));
  });

  test('stays ready without its permissions, but does not report its namespaces to be current', async (t) => {
    const { api, informer, log, currentCalls } = await startInformer(t, ['shop']);
    await until(() => currentCalls() === 2);
    for (const kind of ['list', 'watch', 'get'] as const)
      api.always(kind, status(403, 'namespaces is forbidden'));
    api.dropConnections();
    await until(() => api.of('list').length >= 3);
    assert.equal(currentCalls(), 2);
    assert.equal(informer.synced, true);
    assert.deepEqual(await informer.get('shop'), { annotations: {} });
    assert.match(log.texts('warn').join(), /403 namespaces is forbidden/);
  });

  test('does not report its namespaces to be current if every watch fails at once', async (t) => {
    const { api, informer, currentCalls } = await prepareInformer(t, { backoffMinMs: 60_000 });
    api.always('watch', body('{"type":"ADDED","object":{"metadata":{}}}\n'));
    informer.start();
    await until(() => api.of('watch').length === 2);
    assert.equal(currentCalls(), 1, 'by the list');
  });

  test('keeps retrying while the API server is down', async (t) => {
    const { api, informer, log } = await prepareInformer(t);
    await api.stop();
    informer.start();
    await until(() => log.lines.length >= 3);
    assert.match(log.texts('warn').join(), /connect ECONNREFUSED 127\.0\.0\.1:/);
    assert.equal(log.texts('warn').length, 1);
  });

  test('does not loop when every watch ends at once', async (t) => {
    const { api, log } = await assertFewWatches(t, (response) => response.writeHead(200).end());
    assert.deepEqual(log.texts('warn'), [
      'Namespace informer failed; retrying: the watch ended after less than 100 ms',
    ]);
    assert.ok(api.of('watch').length > 2);
  });

  test('does not loop when every watch is gone', async (t) => {
    await assertFewWatches(t, body(errorLine(410, 'too old resource version')));
  });

  test('lists again after an event that can never be read', async (t) => {
    const { api, informer, log } = await startInformer(t);
    await until(() => api.watches === 1);
    api.always('watch', (response, usual) => {
      usual();
      response.write('{"type":"ADDED","object":{"metadata":{}}}\n');
    });
    api.set('after-it');
    api.dropConnections();
    await until(() => api.of('list').length === 2);
    assert.ok(api.of('watch').length >= 3, 'retries the watch first');
    await until(() => informer.peek('after-it') !== undefined);
    assert.match(log.texts('warn').join(), /sent a namespace without a name/);
  });

  const unreadable: Record<string, [sent: string, logged: RegExp]> = {
    'a line that is not JSON': ['{"type": oops\n', /expected a line of JSON, got \{"type": oops/],
    'a value that is not an event': ['[1]\n', /a watch event of unknown type undefined/],
    'an event of an unknown type': ['{"type":"NEWS","object":{}}\n', /a watch event of unknown type NEWS/],
    'an event without an object': ['{"type":"ADDED"}\n', /an object without metadata/],
    'an event without a resource version': [
      '{"type":"MODIFIED","object":{"metadata":{"name":"x"}}}\n',
      /an object without a resourceVersion/,
    ],
    'an error event': [errorLine(500, 'etcd is away'), /the watch failed: 500 etcd is away/],
    'an error event without a status': ['{"type":"ERROR"}\n', /the watch failed: unknown error/],
    'a line that never ends': [
      'x'.repeat(MAX_RESPONSE_BYTES + 1),
      /expected a line of at most 16777216 bytes/,
    ],
  };
  for (const [what, [sent, logged]] of Object.entries(unreadable)) {
    test(`reconnects after ${what}, and continues where it was`, async (t) => {
      const { api, informer, log } = await startInformer(t, ['shop']);
      await until(() => api.watches === 1);
      api.set('before');
      api.send(sent);
      await until(() => api.of('watch').length === 2);
      assert.match(log.texts('warn').join('\n'), logged);
      assert.equal(api.of('watch').at(-1)?.query.get('resourceVersion'), '3');
      api.set('after');
      await until(() => informer.peek('after') !== undefined);
      assert.ok(informer.peek('before'));
      assert.equal(api.of('list').length, 1);
      assert.deepEqual(informer.peek('x'), undefined);
    });
  }

  test('drops a connection that is silent for longer than its watch can last', async (t) => {
    const { api, informer, log } = await prepareInformer(t, { watchTimeoutMs: 1, watchMarginMs: 50 });
    api.next('watch', silence);
    informer.start();
    await until(() => api.of('watch').length >= 2);
    assert.match(log.texts('warn').join(), /no data for 1050 ms/);
    api.set('after');
    await until(() => informer.peek('after') !== undefined);
  });

  test('drops a list and a watch that get no response', async (t) => {
    const { api, informer, log } = await prepareInformer(t, { silenceMs: 400 });
    api.next('list', hang);
    api.next('watch', hang);
    informer.start();
    api.set('shop');
    await until(() => api.watches === 1);
    assert.ok(informer.peek('shop'));
    assert.match(log.texts('warn').join(), /no response within 400 ms/);
  });

  test('logs the message of the API server if it may not list namespaces', async (t) => {
    const { api, informer, log } = await prepareInformer(t);
    api.always('list', status(403, 'namespaces is forbidden: User "x" cannot list resource "namespaces"'));
    informer.start();
    await until(() => log.texts('warn').length > 0);
    assert.match(log.texts('warn').join(), /403 namespaces is forbidden: User "x" cannot list/);
  });

  test('uses the new token after the old one has expired', async (t) => {
    const account = new ServiceAccount().write('token', 'first').write('ca.crt', '');
    const { api, log } = await prepareInformer(t);
    api.token = 'first';
    const client = new ApiClient({ url: api.url, credentials: () => mountedCredentials(account.directory) });
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

/** Answers every watch like this for half a second, and checks that there are few. */
async function assertFewWatches(t: TestContext, answer: PlainAnswer): Promise<Setup> {
  const setup = await prepareInformer(t, { backoffMinMs: 100, backoffMaxMs: 100 });
  setup.api.always('watch', answer);
  const started = performance.now();
  setup.informer.start();
  await until(() => setup.informer.synced);
  await delay(500);
  // At least 100 ms pass between retries after the first; without the backoff there are hundreds.
  const most = 3 + (performance.now() - started) / 100;
  const { length } = setup.api.of('watch');
  assert.ok(length <= most, `expected at most ${most} watches, got ${length}`);
  return setup;
}
