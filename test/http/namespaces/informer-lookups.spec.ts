import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { NamespaceInformer } from '../../../src/namespaces/informer.js';
import {
  NamespaceLookupError,
  TooManyLookupsError,
  UnknownNamespaceError,
} from '../../../src/namespaces/lookups/namespace-lookups.js';
import { until } from '../../support/until.js';
import { body, drop, hang, type PlainAnswer, status } from './fake-answers.js';
import { eventLine } from './fake-namespaces.js';
import { prepareInformer, startInformer } from './informer-setup.js';

const DISABLED = { 'proxy-injection': 'disabled' };

describe(`${NamespaceInformer.name}.get`, () => {
  test('answers from memory without a request', async (t) => {
    const { api, informer } = await startInformer(t, ['shop']);
    assert.deepEqual(await informer.get('shop'), { annotations: {} });
    assert.equal(api.of('get').length, 0);
  });

  test('looks up a namespace that the watch has not delivered yet, and keeps it', async (t) => {
    const { api, informer } = await startInformer(t);
    await until(() => api.watches === 1);
    api.hold();
    api.set('shop', DISABLED);
    assert.deepEqual(await informer.get('shop'), { annotations: DISABLED });
    assert.deepEqual(informer.peek('shop'), { annotations: DISABLED });
    await informer.get('shop');
    const [request, ...more] = api.of('get');
    assert.deepEqual(more, []);
    assert.equal(request?.path, '/api/v1/namespaces/shop');
    assert.equal(
      request?.headers.accept,
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
    );
  });

  test('shares one request among concurrent lookups of the same namespace', async (t) => {
    const { api, informer } = await startInformer(t);
    await until(() => api.watches === 1);
    api.hold();
    api.set('shop');
    api.set('bank');
    const names = ['shop', 'bank', 'shop', 'shop', 'bank'];
    await Promise.all(names.map((name) => informer.get(name)));
    assert.deepEqual(
      api
        .of('get')
        .map(({ path }) => path)
        .sort(),
      ['/api/v1/namespaces/bank', '/api/v1/namespaces/shop'],
    );
  });

  test('works before the first list, but keeps nothing that no watch would remove', async (t) => {
    const { api, informer } = await prepareInformer(t);
    api.always('list', hang);
    api.set('shop', DISABLED);
    assert.deepEqual(await informer.get('shop'), { annotations: DISABLED }, 'not started');
    informer.start();
    await until(() => api.of('list').length === 1);
    assert.deepEqual(await informer.get('shop'), { annotations: DISABLED });
    assert.equal(informer.peek('shop'), undefined);
    assert.equal(api.of('get').length, 2);
  });

  test('forgets a looked-up namespace when the watch reports its deletion', async (t) => {
    const { api, informer } = await startInformer(t);
    await until(() => api.watches === 1);
    api.hold();
    api.set('shop');
    await informer.get('shop');
    api.delete('shop');
    api.release();
    await until(() => informer.peek('shop') === undefined);
  });

  test('forgets a looked-up namespace that is missing from a new list', async (t) => {
    const { api, informer } = await startInformer(t);
    await until(() => api.watches === 1);
    api.hold();
    api.set('shop');
    await informer.get('shop');
    api.delete('shop');
    api.forget();
    api.dropConnections();
    await until(() => informer.peek('shop') === undefined);
  });

  test('does not bring back a namespace that is deleted during the lookup', async (t) => {
    const { api, informer } = await startInformer(t);
    await until(() => api.watches === 1);
    let answer = () => {};
    api.next('get', (response) => {
      answer = () => body('{"metadata":{"name":"shop","resourceVersion":"2"}}')(response);
    });
    const lookup = informer.get('shop');
    await until(() => api.of('get').length === 1);
    api.set('shop');
    api.delete('shop');
    api.set('marker');
    await until(() => informer.peek('marker') !== undefined);
    answer();
    assert.deepEqual(await lookup, { annotations: {} });
    assert.equal(informer.peek('shop'), undefined);
  });

  test('ignores events that are earlier than the lookup, and no others', async (t) => {
    const { api, informer } = await startInformer(t);
    await until(() => api.watches === 1);
    api.hold();
    api.set('shop');
    api.delete('shop');
    api.set('shop', DISABLED);
    await informer.get('shop');
    const stale = { metadata: { name: 'shop', resourceVersion: '2' } };
    const marker = (name: string) => eventLine('ADDED', { metadata: { name, resourceVersion: '3' } });
    api.send(eventLine('ADDED', stale) + marker('after-added'));
    await until(() => informer.peek('after-added') !== undefined);
    assert.deepEqual(informer.peek('shop'), { annotations: DISABLED });
    api.send(eventLine('DELETED', stale) + marker('after-deleted'));
    await until(() => informer.peek('after-deleted') !== undefined);
    assert.deepEqual(informer.peek('shop'), { annotations: DISABLED });
    api.send(eventLine('MODIFIED', { metadata: { name: 'shop', resourceVersion: '10' } }));
    await until(() => informer.peek('shop')?.annotations['proxy-injection'] === undefined);
    api.send(eventLine('DELETED', { metadata: { name: 'shop', resourceVersion: '11' } }));
    await until(() => informer.peek('shop') === undefined);
  });

  test('prefers what the watch delivers during the lookup', async (t) => {
    const { api, informer } = await startInformer(t);
    await until(() => api.watches === 1);
    let answer = () => {};
    api.next('get', (response) => {
      answer = () => body('{"metadata":{"name":"shop","resourceVersion":"2"}}')(response);
    });
    const lookup = informer.get('shop');
    await until(() => api.of('get').length === 1);
    api.set('shop');
    api.set('shop', DISABLED);
    await until(() => informer.peek('shop')?.annotations['proxy-injection'] !== undefined);
    answer();
    assert.deepEqual(await lookup, { annotations: DISABLED });
    assert.deepEqual(informer.peek('shop'), { annotations: DISABLED });
  });

  const failures: Record<string, [answer: PlainAnswer, expected: RegExp]> = {
    'a 404 from a proxy': [body('no such page', 404), /: 404 no such page$/],
    'a 500': [status(500, 'etcd is on fire'), /: 500 etcd is on fire$/],
    'a 403 from a proxy': [(response) => response.writeHead(403).end('<h1>No</h1>'), /: 403 <h1>No<\/h1>$/],
    'a redirect': [(response) => response.writeHead(302, { location: '/' }).end(), /: 302$/],
    'no response': [drop, /: socket hang up \(ECONNRESET\)$/],
    'half a response': [
      (response) => response.writeHead(200, { 'content-length': 9 }).write('{"', () => response.destroy()),
      /: aborted \(ECONNRESET\)$/,
    ],
    'a body that is not JSON': [body('<html>'), /is not valid JSON$/],
    'a body that is not a namespace': [
      body('{"kind":"Status"}'),
      /: the API server sent an object without metadata$/,
    ],
  };
  for (const [what, [answer, expected]] of Object.entries(failures)) {
    test(`reports the request and the failure on ${what}, and retries on the next lookup`, async (t) => {
      const { api, informer } = await startInformer(t);
      api.next('get', answer);
      const error = await failure(informer.get('shop'));
      assert.equal(error.namespace, 'shop');
      assert.ok(error.message.startsWith('cannot look up namespace "shop": '), error.message);
      assert.match(error.message, expected);
      if (what !== 'a body that is not a namespace') {
        assert.ok(error.message.includes(`GET ${api.url}/api/v1/namespaces/shop: `), error.message);
      }
      api.hold();
      api.set('shop');
      assert.deepEqual(await informer.get('shop'), { annotations: {} });
    });
  }

  test('does not ask again at once about a namespace that does not exist', async (t) => {
    const { api, informer } = await startInformer(t, [], { missingMs: 300 });
    await until(() => api.watches === 1);
    api.hold();
    for (let lookup = 0; lookup < 3; lookup++) {
      const error = await failure(informer.get('shop'));
      assert.ok(error instanceof UnknownNamespaceError, String(error));
      assert.equal(api.of('get').length, 1);
    }
    api.set('shop', DISABLED);
    assert.ok((await failure(informer.get('shop'))) instanceof UnknownNamespaceError);
    await delay(310);
    assert.deepEqual(await informer.get('shop'), { annotations: DISABLED });
    assert.equal(api.of('get').length, 2);
  });

  test('knows a namespace that the watch delivers right after it did not exist', async (t) => {
    const { api, informer } = await startInformer(t, [], { missingMs: 60_000 });
    await until(() => api.watches === 1);
    assert.ok((await failure(informer.get('shop'))) instanceof UnknownNamespaceError);
    api.set('shop', DISABLED);
    await until(() => informer.peek('shop') !== undefined);
    assert.deepEqual(await informer.get('shop'), { annotations: DISABLED });
  });

  describe('of very many namespaces', () => {
    const names = Array.from({ length: 108 }, (_, index) => `shop-${index}`);

    test('sends 8 requests at a time over as many connections, and answers all', async (t) => {
      const { api, informer } = await startInformer(t);
      await until(() => api.watches === 1);
      api.hold();
      let most = 0;
      let answered = 0;
      const running: (() => void)[] = [];
      const answerAll = () => {
        most = Math.max(most, running.length);
        answered += running.length;
        for (const answer of running.splice(0)) answer();
      };
      // Answers when no more requests can be on their way, and a moment later, so that one too many would be seen.
      api.always('get', (_response, usual) => {
        running.push(usual);
        if (running.length === 8 || answered + running.length === names.length) setTimeout(answerAll, 10);
      });
      for (const name of names) api.set(name);
      await Promise.all(names.map((name) => informer.get(name)));
      assert.equal(most, 8);
      assert.ok(api.opened <= 9, `${api.opened} connections, one of them for the watch`);
      assert.equal(api.of('get').length, names.length);
    });

    test('rejects at once what would wait behind 100 others, but shares requests', async (t) => {
      const { api, informer } = await startInformer(t, ['known']);
      await until(() => api.watches === 1);
      api.hold();
      const answers: (() => void)[] = [];
      api.always('get', (_response, usual) => answers.push(usual));
      for (const name of names) api.set(name);
      const lookups = [...names, ...names].map((name) => informer.get(name));
      const error = await failure(informer.get('one-more'));
      assert.ok(error instanceof TooManyLookupsError, String(error));
      assert.equal(
        error.message,
        'cannot look up namespace "one-more": too many lookups: expected at most 108 at a time, got more',
      );
      assert.deepEqual(await informer.get('known'), { annotations: {} });
      await until(() => answers.length === 8);
      api.always('get');
      for (const answer of answers) answer();
      await Promise.all(lookups);
      api.set('one-more');
      assert.deepEqual(await informer.get('one-more'), { annotations: {} });
    });

    test('does not let a lookup wait long for its turn', async (t) => {
      const { api, informer } = await startInformer(t, [], { lookupWaitMs: 50 });
      api.always('get', hang);
      const [running, waiting] = [names.slice(0, 8), names.slice(8)];
      for (const name of running) informer.get(name).catch(() => {});
      for (const error of await Promise.all(waiting.map((name) => failure(informer.get(name))))) {
        assert.ok(error instanceof TooManyLookupsError, String(error));
        assert.match(error.message, /: too many lookups: no turn within 50 ms$/);
      }
      await until(() => api.of('get').length >= 8);
      assert.equal(api.of('get').length, 8);
    });

    test('goes on with those that wait after the API server did not answer', async (t) => {
      const { api, informer } = await startInformer(t, [], { lookupTimeoutMs: 1_500 });
      for (let request = 0; request < 8; request++) api.next('get', hang);
      api.hold();
      for (const name of names) api.set(name);
      const lookups = names.map((name) => informer.get(name).catch((error: Error) => error.message));
      const messages = (await Promise.all(lookups)).filter((result) => typeof result === 'string');
      assert.equal(messages.length, 8);
      for (const message of messages) assert.match(message, /: no response within 1500 ms$/);
    });
  });

  const slow: Record<string, PlainAnswer> = {
    'a response that never comes': hang,
    'a response that trickles in': (response) => {
      const timer = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(timer));
    },
  };
  for (const [what, answer] of Object.entries(slow)) {
    test(`does not wait for ${what}`, async (t) => {
      const { api, informer } = await startInformer(t, [], { lookupTimeoutMs: 50 });
      api.always('get', answer);
      const { message } = await failure(informer.get('shop'));
      assert.equal(
        message,
        `cannot look up namespace "shop": GET ${api.url}/api/v1/namespaces/shop: no response within 50 ms`,
      );
      await until(() => api.connections === api.watches);
    });
  }

  test('rejects while the API server is down', async (t) => {
    const { api, informer } = await prepareInformer(t);
    const { url } = api;
    await api.stop();
    const { message } = await failure(informer.get('shop'));
    assert.ok(message.includes(`GET ${url}/api/v1/namespaces/shop: connect ECONNREFUSED`), message);
  });

  test('returns what the watch delivers when the lookup itself fails', async (t) => {
    const { api, informer } = await startInformer(t);
    await until(() => api.watches === 1);
    let fail = () => {};
    api.next('get', (response) => {
      fail = () => status(500)(response);
    });
    const lookup = informer.get('shop');
    await until(() => api.of('get').length === 1);
    api.set('shop', DISABLED);
    await until(() => informer.peek('shop') !== undefined);
    fail();
    assert.deepEqual(await lookup, { annotations: DISABLED });
  });

  for (const name of ['', '.', '..', 'a/b', 'Shop', 'a b', '-a', 'a-', 'a?b', '__proto__', 'x'.repeat(64)]) {
    test(`sends no request for ${JSON.stringify(name)}, which cannot be a namespace`, async (t) => {
      const { api, informer } = await startInformer(t);
      const { message } = await failure(informer.get(name));
      assert.equal(message, `cannot look up namespace ${JSON.stringify(name)}: not a valid namespace name`);
      await until(() => api.watches === 1);
      assert.equal(api.requests.length, 2);
    });
  }

  test('rejects lookups in flight when it stops, and all later ones', async (t) => {
    const { api, informer } = await startInformer(t, ['shop']);
    api.always('get', hang);
    const lookup = failure(informer.get('bank'));
    await until(() => api.of('get').length === 1);
    await informer.stop();
    assert.match((await lookup).message, /namespace "bank": .*: the namespace informer was stopped$/);
    assert.match((await failure(informer.get('bank'))).message, /the namespace informer is stopped/);
    assert.deepEqual(await informer.get('shop'), { annotations: {} }, 'from memory');
    assert.equal(api.of('get').length, 1);
  });
});

async function failure(promise: Promise<unknown>): Promise<NamespaceLookupError> {
  const error = await promise.then(
    () => assert.fail('expected a failure'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof NamespaceLookupError, String(error));
  return error;
}
