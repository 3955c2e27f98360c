import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NamespaceInformer } from '../../../src/namespaces/informer.js';
import { NamespaceLookupError } from '../../../src/namespaces/namespace-lookups.js';
import { until } from '../../support/until.js';
import { body, drop, hang, type PlainAnswer, status } from './fake-answers.js';
import { follow, prepare } from './informer-setup.js';

const DISABLED = { 'proxy-injection': 'disabled' };

describe(`${NamespaceInformer.name}.get`, () => {
  test('answers from memory without a request', async (t) => {
    const { api, informer } = await follow(t, ['shop']);
    assert.deepEqual(await informer.get('shop'), { annotations: {} });
    assert.equal(api.of('get').length, 0);
  });

  test('asks for a namespace that the watch has not told of yet, and keeps the answer', async (t) => {
    const { api, informer } = await follow(t);
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

  test('asks once for all who want the same namespace at the same time', async (t) => {
    const { api, informer } = await follow(t);
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

  test('works before the first list, but keeps nothing that no watch would take back', async (t) => {
    const { api, informer } = await prepare(t);
    api.always('list', hang);
    api.set('shop', DISABLED);
    assert.deepEqual(await informer.get('shop'), { annotations: DISABLED }, 'not started');
    informer.start();
    await until(() => api.of('list').length === 1);
    assert.deepEqual(await informer.get('shop'), { annotations: DISABLED });
    assert.equal(informer.peek('shop'), undefined);
    assert.equal(api.of('get').length, 2);
  });

  test('forgets what it looked up when the watch tells of its deletion', async (t) => {
    const { api, informer } = await follow(t);
    await until(() => api.watches === 1);
    api.hold();
    api.set('shop');
    await informer.get('shop');
    api.delete('shop');
    api.release();
    await until(() => informer.peek('shop') === undefined);
  });

  test('forgets what it looked up when a new list does not have it', async (t) => {
    const { api, informer } = await follow(t);
    await until(() => api.watches === 1);
    api.hold();
    api.set('shop');
    await informer.get('shop');
    api.delete('shop');
    api.forget();
    api.dropConnections();
    await until(() => informer.peek('shop') === undefined);
  });

  test('does not bring back a namespace that was deleted while it asked', async (t) => {
    const { api, informer } = await follow(t);
    await until(() => api.watches === 1);
    let answer = () => {};
    api.next('get', (response) => {
      answer = () => body('{"metadata":{"name":"shop","resourceVersion":"2"}}')(response);
    });
    const asked = informer.get('shop');
    await until(() => api.of('get').length === 1);
    api.set('shop');
    api.delete('shop');
    api.set('marker');
    await until(() => informer.peek('marker') !== undefined);
    answer();
    assert.deepEqual(await asked, { annotations: {} });
    assert.equal(informer.peek('shop'), undefined);
  });

  test('does not overwrite what the watch delivered while it asked, and answers with that', async (t) => {
    const { api, informer } = await follow(t);
    await until(() => api.watches === 1);
    let answer = () => {};
    api.next('get', (response) => {
      answer = () => body('{"metadata":{"name":"shop","resourceVersion":"2"}}')(response);
    });
    const asked = informer.get('shop');
    await until(() => api.of('get').length === 1);
    api.set('shop');
    api.set('shop', DISABLED);
    await until(() => informer.peek('shop')?.annotations['proxy-injection'] !== undefined);
    answer();
    assert.deepEqual(await asked, { annotations: DISABLED });
    assert.deepEqual(informer.peek('shop'), { annotations: DISABLED });
  });

  const failures: Record<string, [answer: PlainAnswer, said: RegExp]> = {
    'a 404': [status(404, 'namespaces "shop" not found'), /: 404 namespaces "shop" not found$/],
    'a 500': [status(500, 'etcd is on fire'), /: 500 etcd is on fire$/],
    'a 403 of a proxy': [(response) => response.writeHead(403).end('<h1>No</h1>'), /: 403 <h1>No<\/h1>$/],
    'a redirect': [(response) => response.writeHead(302, { location: '/' }).end(), /: 302$/],
    'no answer': [drop, /: socket hang up \(ECONNRESET\)$/],
    'half an answer': [
      (response) => response.writeHead(200, { 'content-length': 9 }).write('{"', () => response.destroy()),
      /: aborted \(ECONNRESET\)$/,
    ],
    'something that is not JSON': [body('<html>'), /is not valid JSON$/],
    'something that is no namespace': [body('{"kind":"Status"}'), /: an object without metadata$/],
  };
  for (const [what, [answer, said]] of Object.entries(failures)) {
    test(`says what was asked and what came back on ${what}, and asks again next time`, async (t) => {
      const { api, informer } = await follow(t);
      api.next('get', answer);
      const error = await failure(informer.get('shop'));
      assert.equal(error.namespace, 'shop');
      assert.ok(error.message.startsWith('cannot look up namespace "shop": '), error.message);
      assert.match(error.message, said);
      if (what !== 'something that is no namespace') {
        assert.ok(error.message.includes(`GET ${api.url}/api/v1/namespaces/shop: `), error.message);
      }
      api.hold();
      api.set('shop');
      assert.deepEqual(await informer.get('shop'), { annotations: {} });
    });
  }

  const slow: Record<string, PlainAnswer> = {
    'an answer that never comes': hang,
    'an answer that trickles in': (response) => {
      const timer = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(timer));
    },
  };
  for (const [what, answer] of Object.entries(slow)) {
    test(`does not wait for ${what}`, async (t) => {
      const { api, informer } = await follow(t, [], { lookupTimeoutMs: 50 });
      api.always('get', answer);
      const { message } = await failure(informer.get('shop'));
      assert.equal(
        message,
        `cannot look up namespace "shop": GET ${api.url}/api/v1/namespaces/shop: no answer within 50 ms`,
      );
      await until(() => api.connections === api.watches);
    });
  }

  test('fails when nobody listens', async (t) => {
    const { api, informer } = await prepare(t);
    const { url } = api;
    await api.stop();
    const { message } = await failure(informer.get('shop'));
    assert.ok(message.includes(`GET ${url}/api/v1/namespaces/shop: connect ECONNREFUSED`), message);
  });

  test('answers with what the watch brought when the request itself fails', async (t) => {
    const { api, informer } = await follow(t);
    await until(() => api.watches === 1);
    let fail = () => {};
    api.next('get', (response) => {
      fail = () => status(500)(response);
    });
    const asked = informer.get('shop');
    await until(() => api.of('get').length === 1);
    api.set('shop', DISABLED);
    await until(() => informer.peek('shop') !== undefined);
    fail();
    assert.deepEqual(await asked, { annotations: DISABLED });
  });

  for (const name of ['', '.', '..', 'a/b', 'Shop', 'a b', '-a', 'a-', 'a?b', '__proto__', 'x'.repeat(64)]) {
    test(`does not ask for ${JSON.stringify(name)}, which cannot be a namespace`, async (t) => {
      const { api, informer } = await follow(t);
      const { message } = await failure(informer.get(name));
      assert.equal(message, `cannot look up namespace ${JSON.stringify(name)}: not the name of a namespace`);
      await until(() => api.watches === 1);
      assert.equal(api.requests.length, 2);
    });
  }

  test('rejects what is under way when it is stopped, and everything after', async (t) => {
    const { api, informer } = await follow(t, ['shop']);
    api.always('get', hang);
    const asked = failure(informer.get('bank'));
    await until(() => api.of('get').length === 1);
    await informer.stop();
    assert.match((await asked).message, /namespace "bank": .*: the namespace informer was stopped$/);
    assert.match((await failure(informer.get('bank'))).message, /the namespace informer has been stopped/);
    assert.deepEqual(await informer.get('shop'), { annotations: {} }, 'what is in memory stays');
    assert.equal(api.of('get').length, 1);
  });
});

async function failure(promise: Promise<unknown>): Promise<NamespaceLookupError> {
  const error = await promise.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof NamespaceLookupError, String(error));
  return error;
}
