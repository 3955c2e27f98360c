import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { NamespaceInformer } from '../../../src/namespaces/informer.js';
import { until } from '../../support/until.js';
import { body } from './fake-answers.js';
import type { FakeApiServer } from './fake-api-server.js';
import { FAST, prepareInformer, startInformer } from './informer-setup.js';

const DISABLED = { 'proxy-injection': 'disabled' };

/** The prefix of the injector's own annotations. */
const KEY = 'proxy-injection/';

const MIB = 1024 * 1024;

describe(NamespaceInformer.name, () => {
  test('lists all namespaces, then watches them, both as metadata only', async (t) => {
    const { api } = await startInformer(t, ['one', 'two'], { watchTimeoutMs: 100_000 });
    await until(() => api.watches === 1);
    const [list, watch] = api.requests;
    assert.deepEqual(Object.fromEntries(list?.query ?? []), { limit: '500' });
    assert.equal(
      list?.headers.accept,
      'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
    );
    const { timeoutSeconds, ...query } = Object.fromEntries(watch?.query ?? []);
    assert.deepEqual(query, { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: '3' });
    assert.ok(Number(timeoutSeconds) >= 100 && Number(timeoutSeconds) <= 200, timeoutSeconds);
    assert.equal(
      watch?.headers.accept,
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
    );
    assert.equal(api.requests.length, 2);
  });

  test('is synced once the first list is complete, and logs one line', async (t) => {
    const { api, informer, log } = await prepareInformer(t);
    api.set('shop', DISABLED);
    assert.equal(informer.synced, false);
    informer.start();
    informer.start();
    assert.equal(informer.synced, false);
    let resolved = false;
    informer.whenSynced.then(() => {
      resolved = true;
    });
    await until(() => informer.synced);
    await until(() => resolved);
    assert.deepEqual(informer.peek('shop'), { annotations: DISABLED });
    const [line, ...more] = log.lines;
    const { ms, ...fields } = line?.fields ?? {};
    assert.equal(typeof ms, 'number');
    assert.deepEqual(
      { ...line, fields },
      { level: 'info', fields: { namespaces: 1 }, message: 'Namespaces synced' },
    );
    assert.deepEqual(more, []);
    assert.equal(api.of('list').length, 1, 'started once');
  });

  test('applies created, changed, and deleted namespaces', async (t) => {
    const { api, informer } = await startInformer(t, ['old']);
    assert.deepEqual(informer.peek('old'), { annotations: {} });
    assert.equal(informer.peek('new'), undefined);
    api.set('new', { 'proxy-injection': 'enabled' });
    await until(() => informer.peek('new')?.annotations['proxy-injection'] === 'enabled');
    api.set('new', DISABLED);
    await until(() => informer.peek('new')?.annotations['proxy-injection'] === 'disabled');
    assert.deepEqual(informer.peek('new'), { annotations: DISABLED });
    api.delete('old');
    await until(() => informer.peek('old') === undefined);
    assert.equal(api.of('list').length, 1);
  });

  test('accepts an empty cluster, whose list Go encodes as null', async (t) => {
    const { api, informer } = await prepareInformer(t);
    api.always('list', body('{"metadata":{"resourceVersion":"1"},"items":null}'));
    informer.start();
    await until(() => informer.synced);
    api.set('first');
    await until(() => informer.peek('first') !== undefined);
  });

  test('reads long lists page by page', async (t) => {
    const { api, informer } = await prepareInformer(t, { pageSize: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) api.set(name);
    api.next('list', (_response, usual) => {
      usual();
      api.set('created-between-pages');
    });
    informer.start();
    await until(() => informer.synced);
    for (const name of ['a', 'b', 'c', 'd', 'e']) assert.ok(informer.peek(name), name);
    assert.deepEqual(
      api.of('list').map(({ query }) => Object.fromEntries(query)),
      [{ limit: '2' }, { limit: '2', continue: 'token-1' }, { limit: '2', continue: 'token-2' }],
    );
    await until(() => informer.peek('created-between-pages') !== undefined);
    assert.equal(lastWatch(api), '6');
  });

  test('starts the list over when its continue token has expired', async (t) => {
    const { api, informer, log } = await prepareInformer(t, { pageSize: 1 });
    for (const name of ['a', 'b', 'c']) api.set(name);
    api.next('list', (_response, usual) => {
      usual();
      api.forget();
    });
    informer.start();
    await until(() => informer.synced);
    assert.deepEqual(
      api.of('list').map(({ query }) => query.has('continue')),
      [false, true, false, true, true],
    );
    for (const name of ['a', 'b', 'c']) assert.ok(informer.peek(name), name);
    assert.match(log.texts('warn').join(), /410 The provided continue parameter is too old/);
  });

  test('lists again with half the page size until no page is larger than 16 MiB', async (t) => {
    const { api, informer, log } = await prepareInformer(t, { pageSize: 6 });
    for (const name of ['a', 'b', 'c']) api.set(name);
    for (const name of ['x', 'y', 'z']) api.set(name, { note: 'x'.repeat(7 * MIB) });
    informer.start();
    await until(() => informer.synced);
    assert.deepEqual(
      api.of('list').map(({ query }) => [query.get('limit'), query.has('continue')]),
      [
        ['6', false],
        ['3', false],
        ['3', true],
        ['2', false],
        ['2', true],
        ['2', true],
      ],
    );
    for (const name of ['a', 'b', 'c', 'x', 'y', 'z']) assert.ok(informer.peek(name), name);
    assert.deepEqual(log.texts('warn'), []);
  });

  test('gives up on a namespace that is larger than 16 MiB, and says so', async (t) => {
    const { api, informer, log } = await prepareInformer(t, { pageSize: 2 });
    api.set('large', { note: 'x'.repeat(17 * MIB) });
    informer.start();
    await until(() => log.texts('warn').length > 0);
    assert.match(log.texts('warn').join(), /expected a response of at most 16777216 bytes, got more$/);
    assert.deepEqual(
      api
        .of('list')
        .slice(0, 2)
        .map(({ query }) => query.get('limit')),
      ['2', '1'],
    );
  });

  test("keeps only the injector's annotations, from lists, events, and lookups", async (t) => {
    const { api, informer } = await prepareInformer(t);
    const annotations = { ...DISABLED, 'example.com/owner': 'x', note: 'y' };
    api.set('listed', annotations);
    informer.start();
    await until(() => api.watches === 1);
    api.set('watched', annotations);
    await until(() => informer.peek('watched') !== undefined);
    api.hold();
    api.set('looked-up', annotations);
    await informer.get('looked-up');
    for (const name of ['listed', 'watched', 'looked-up']) {
      assert.deepEqual(informer.peek(name), { annotations: DISABLED });
    }
  });

  test('reports that the namespaces are current after the list, and after each event and bookmark', async (t) => {
    const { api, informer, currentCalls } = await prepareInformer(t, { backoffMinMs: 60_000 });
    assert.equal(currentCalls(), 0);
    informer.start();
    await until(() => api.watches === 1);
    assert.equal(currentCalls(), 1);
    api.set('shop');
    await until(() => informer.peek('shop') !== undefined);
    assert.equal(currentCalls(), 2);
    api.bookmark();
    await until(() => currentCalls() === 3);
  });

  test('reports that the namespaces are current while watches last, even if they deliver nothing', async (t) => {
    const { api, informer, currentCalls } = await prepareInformer(t);
    informer.start();
    for (let watch = 1; watch <= 3; watch++) {
      await until(() => currentCalls() === 1 + watch);
      api.endWatches();
    }
  });

  test('resumes from the last event when a watch ends, without a list or a warning', async (t) => {
    const { api, informer, log } = await startInformer(t);
    await healthyWatch(api, informer);
    const { version } = api;
    api.endWatches();
    await until(() => api.of('watch').length === 2);
    assert.equal(lastWatch(api), version);
    api.set('after');
    await until(() => informer.peek('after') !== undefined);
    assert.equal(api.of('list').length, 1);
    assert.deepEqual(log.texts('warn'), []);
  });

  test('resumes from the last bookmark', async (t) => {
    const { api, informer } = await startInformer(t, ['shop']);
    await until(() => api.watches === 1);
    assert.equal(lastWatch(api), '2');
    api.bookmark();
    api.bookmark();
    api.endWatches();
    await until(() => api.of('watch').length === 2);
    assert.equal(lastWatch(api), '4');
    assert.ok(informer.peek('shop'));
    assert.equal(api.of('list').length, 1);
  });

  test('resumes from the last event when the connection is cut, without a list', async (t) => {
    const { api, informer } = await startInformer(t);
    await healthyWatch(api, informer);
    const { version } = api;
    api.dropConnections();
    await until(() => api.of('watch').length === 2);
    assert.equal(lastWatch(api), version);
    api.set('after');
    await until(() => informer.peek('after') !== undefined);
    assert.equal(api.of('list').length, 1);
  });

  test('resets the backoff after each healthy watch', async (t) => {
    const { api, informer } = await startInformer(t, [], { backoffMaxMs: 60_000 });
    for (let cut = 1; cut <= 13; cut++) {
      await healthyWatch(api, informer);
      api.dropConnections();
      await until(() => api.of('watch').length === cut + 1);
    }
    assert.equal(api.of('list').length, 1);
  });

  test('receives the changes it missed while disconnected', async (t) => {
    const { api, informer } = await startInformer(t, ['stays', 'goes']);
    await until(() => api.watches === 1);
    api.hold();
    api.set('comes');
    api.delete('goes');
    api.dropConnections();
    await until(() => api.of('watch').length === 2);
    api.release();
    await until(() => informer.peek('goes') === undefined);
    assert.ok(informer.peek('comes'));
    assert.ok(informer.peek('stays'));
    assert.equal(api.of('list').length, 1);
  });

  for (const goneAs of ['event', 'status'] as const) {
    test(`lists again when its resource version is gone, reported as ${goneAs}`, async (t) => {
      const { api, informer } = await startInformer(t, ['stays', 'goes']);
      await until(() => api.watches === 1);
      api.goneAs = goneAs;
      let list: ServerResponse | undefined;
      api.next('list', (response) => {
        list = response;
      });
      api.hold();
      api.delete('goes');
      api.set('comes');
      api.forget();
      api.release();
      api.dropConnections();
      await until(() => list !== undefined);
      assert.equal(api.of('watch').length, 2, 'at once');
      assert.ok(informer.peek('goes'), 'the old cache stays in use until the list is complete');
      assert.equal(informer.peek('comes'), undefined);
      assert.equal(informer.synced, true);
      list?.destroy();
      await until(() => informer.peek('goes') === undefined);
      assert.ok(informer.peek('comes'));
      assert.ok(informer.peek('stays'));
      api.set('after');
      await until(() => informer.peek('after') !== undefined);
      assert.equal(api.of('list').length, 3);
    });
  }

  test('reads events split anywhere, even within a character', async (t) => {
    for (const chunkBytes of [1, 2, 3, 7]) {
      const { api, informer } = await startInformer(t);
      await until(() => api.watches === 1);
      api.chunkBytes = chunkBytes;
      const annotations = { [`${KEY}a`]: 'Käse 🧀 “quoted” \n 漢字', [`${KEY}${chunkBytes}`]: '\u2028' };
      api.set('one', annotations);
      api.set('two', annotations);
      await until(() => informer.peek('two') !== undefined);
      assert.deepEqual(informer.peek('one'), { annotations });
      assert.deepEqual(informer.peek('two'), { annotations });
      assert.equal(api.of('watch').length, 1);
    }
  });

  test('reads several events in one chunk', async (t) => {
    const { api, informer } = await startInformer(t, ['goes']);
    await until(() => api.watches === 1);
    api.hold();
    api.set('one');
    api.set('one', DISABLED);
    api.delete('goes');
    api.set('two');
    api.release();
    await until(() => informer.peek('two') !== undefined);
    assert.deepEqual(informer.peek('one'), { annotations: DISABLED });
    assert.equal(informer.peek('goes'), undefined);
    assert.equal(api.of('watch').length, 1);
  });

  test('handles names such as constructor and __proto__', async (t) => {
    const { api, informer } = await startInformer(t);
    for (const name of ['constructor', 'toString', '__proto__']) assert.equal(informer.peek(name), undefined);
    api.set('constructor', JSON.parse('{"__proto__":"x","constructor":"y","proxy-injection":"disabled"}'));
    await until(() => informer.peek('constructor') !== undefined);
    assert.deepEqual(informer.peek('constructor'), { annotations: DISABLED });
  });
});

/** Waits until the informer receives events and the watch has lasted long enough to count as healthy. */
async function healthyWatch(api: FakeApiServer, informer: NamespaceInformer): Promise<void> {
  await until(() => api.watches === 1);
  const marker = `marker-${api.version}`;
  api.set(marker);
  await until(() => informer.peek(marker) !== undefined);
  await delay(2 * (FAST.backoffMinMs ?? 0));
}

function lastWatch(api: FakeApiServer): string | null | undefined {
  return api.of('watch').at(-1)?.query.get('resourceVersion');
}
