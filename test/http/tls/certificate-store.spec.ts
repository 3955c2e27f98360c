import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import type { CertificatePair } from '../../../src/tls/certificate.js';
import { CertificateStore, type ReloadListener } from '../../../src/tls/certificate-store.js';
import { pairFiles } from '../../../src/tls/pair-files.js';
import { until } from '../../support/until.js';
import { MountedVolume } from './mounted-volume.js';
import { DAY_MS, makePair, type PemPair } from './pairs.js';

/** Events only: a recheck never happens. */
const EVENTS = { debounceMs: 20, recheckMs: 3_600_000 };

/** A store on two files, with its log and the calls of its listener. */
function storeOn(t: TestContext, directory: string, intervals = EVENTS) {
  const lines: { level: number; msg: string }[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const [certPath, keyPath] = [join(directory, 'tls.crt'), join(directory, 'tls.key')];
  const store = new CertificateStore({ files: pairFiles({ certPath, keyPath }), log, ...intervals });
  t.after(() => store.close());
  const calls: Parameters<ReloadListener<CertificatePair>>[] = [];
  return {
    store,
    calls,
    certPath,
    keyPath,
    watch: () => store.watch((...reload) => calls.push(reload)),
    results: () => calls.map(([result]) => result),
    reloads: (count: number) => until(() => calls.length >= count),
    logged: (level: 'info' | 'warn' | 'error') =>
      lines.filter((line) => line.level === pino.levels.values[level]).map(({ msg }) => msg),
    uses: ({ cert }: PemPair) => store.current.fingerprint256 === new X509Certificate(cert).fingerprint256,
  };
}

function mounted(t: TestContext, pair: PemPair): MountedVolume {
  const volume = MountedVolume.create(secret(pair));
  t.after(() => volume.remove());
  return volume;
}

function secret({ cert, key }: PemPair) {
  return { 'ca.crt': cert, 'tls.crt': cert, 'tls.key': key };
}

function plain(t: TestContext, pair?: PemPair): string {
  const directory = mkdtempSync(join(tmpdir(), 'certificate-store-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  if (pair) write(directory, pair);
  return directory;
}

function write(directory: string, { cert, key }: PemPair): void {
  writeFileSync(join(directory, 'tls.crt'), cert);
  writeFileSync(join(directory, 'tls.key'), key);
}

const old = await makePair();
const fresh = await makePair();
const lasting = await makePair({ days: 10 });
const expired = await makePair({ notBefore: new Date(Date.now() - 3 * DAY_MS), days: 2 });
const future = await makePair({ notBefore: new Date(Date.now() + DAY_MS) });
const encrypted = await makePair({ passphrase: 'a passphrase' });

describe(CertificateStore.name, () => {
  describe('load', () => {
    it('returns the pair and logs it', async (t) => {
      const { store, uses, logged } = storeOn(t, mounted(t, old).path);
      assert.equal(store.validNow(), false);
      assert.throws(() => store.current, /no certificate loaded yet/);
      assert.equal(store.load(), store.current);
      assert.ok(uses(old));
      assert.deepEqual(logged('info'), ['Certificate loaded']);
      assert.deepEqual(logged('warn'), []);
    });

    it('throws an error with the file and the reason', (t) => {
      const { store } = storeOn(t, plain(t));
      assert.throws(() => store.load(), { name: 'CertificateError', message: /tls\.crt cannot be read/ });
    });

    it('accepts an expired certificate, because there is no better one, and logs an error', (t) => {
      const { store, uses, certPath, logged } = storeOn(t, plain(t, expired));
      store.load();
      assert.ok(uses(expired));
      assert.equal(store.validNow(), false);
      const end = new Date(new X509Certificate(expired.cert).validTo).toISOString();
      assert.deepEqual(logged('error'), [`${certPath} expired on ${end}`]);
    });

    it('accepts a certificate that is not valid yet, with a warning', (t) => {
      const { store, uses, logged } = storeOn(t, plain(t, future));
      store.load();
      assert.ok(uses(future));
      assert.equal(store.validNow(), false);
      assert.equal(store.validNow(Date.now() + 1.5 * DAY_MS), true);
      assert.equal(store.validNow(Date.now() + 3 * DAY_MS), false);
      assert.match(logged('warn').join(), /tls\.crt is not valid before .*Z; using it anyway/);
    });

    it('warns about a certificate without subject alternative names', async (t) => {
      const { store, logged } = storeOn(t, plain(t, await makePair({ hosts: [] })));
      store.load();
      assert.match(logged('warn').join(), /has no subject alternative names/);
    });
  });

  describe('watch', () => {
    it('uses the new pair every time the kubelet swaps the Secret', async (t) => {
      const volume = mounted(t, old);
      const { store, watch, calls, reloads, uses, logged } = storeOn(t, volume.path);
      store.load();
      watch();
      volume.update(secret(fresh));
      await reloads(1);
      assert.ok(uses(fresh));
      volume.update(secret(old));
      await reloads(2);
      assert.ok(uses(old));
      assert.deepEqual(
        calls.map(([result, { cert }]) => [result, cert]),
        [
          ['success', fresh.cert],
          ['success', old.cert],
        ],
      );
      assert.deepEqual(logged('error'), []);
    });

    it('uses a pair that was written between load and watch', (t) => {
      const volume = mounted(t, old);
      const { store, watch, results, uses } = storeOn(t, volume.path);
      store.load();
      volume.update(secret(fresh));
      watch();
      assert.deepEqual(results(), ['success']);
      assert.ok(uses(fresh));
    });

    it('uses another chain of the same certificate', async (t) => {
      const volume = mounted(t, old);
      const { store, watch, reloads } = storeOn(t, volume.path);
      store.load();
      watch();
      const chain = old.cert + fresh.cert;
      volume.update({ ...secret(old), 'tls.crt': chain });
      await reloads(1);
      assert.equal(store.current.cert, chain);
    });

    /** A store that watches a Secret with `first` in it, and checks waiting pairs often. */
    function watched(t: TestContext, first: PemPair) {
      const volume = mounted(t, first);
      const sut = storeOn(t, volume.path, { ...EVENTS, recheckMs: 20 });
      sut.store.load();
      sut.watch();
      return { volume, ...sut };
    }

    it('keeps a valid pair until the next one becomes valid', async (t) => {
      t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
      const { volume, certPath, calls, reloads, results, uses, logged } = watched(t, lasting);
      volume.update(secret(future));
      await reloads(1);
      assert.ok(uses(lasting));
      assert.deepEqual(
        calls.map(([result, { cert }]) => [result, cert]),
        [['postponed', lasting.cert]],
      );
      const start = new Date(new X509Certificate(future.cert).validFrom);
      assert.deepEqual(logged('warn'), [
        `${certPath} is not valid before ${start.toISOString()}; the active one stays in use until then`,
      ]);
      t.mock.timers.setTime(start.getTime() - 1);
      await sleep(100);
      assert.ok(uses(lasting), 'a moment before');
      t.mock.timers.setTime(start.getTime());
      await reloads(2);
      assert.ok(uses(future));
      assert.deepEqual(results(), ['postponed', 'success']);
    });

    it('keeps waiting when the clock jumps backwards', async (t) => {
      const start = Date.now();
      t.mock.timers.enable({ apis: ['Date'], now: start });
      const { volume, reloads, uses } = watched(t, lasting);
      volume.update(secret(future));
      await reloads(1);
      t.mock.timers.setTime(start - 30_000);
      await sleep(100);
      assert.ok(uses(lasting));
      t.mock.timers.setTime(start + 1.5 * DAY_MS);
      await reloads(2);
      assert.ok(uses(future));
    });

    it('uses a pair that is not valid yet if the active one expires first', async (t) => {
      const start = Date.now();
      t.mock.timers.enable({ apis: ['Date'], now: start });
      const distant = await makePair({ notBefore: new Date(start + 3 * DAY_MS) });
      const { volume, reloads, results, uses } = watched(t, old);
      volume.update(secret(distant));
      await reloads(1);
      t.mock.timers.setTime(start + 2 * DAY_MS);
      await reloads(2);
      assert.ok(uses(distant));
      assert.deepEqual(results(), ['postponed', 'success']);
    });

    it('replaces an expired pair by one that is not valid yet', async (t) => {
      const { volume, reloads, results, uses } = watched(t, expired);
      volume.update(secret(future));
      await reloads(1);
      assert.deepEqual(results(), ['success']);
      assert.ok(uses(future));
    });

    it('rejects a waiting pair that the clock has jumped over', async (t) => {
      const start = Date.now();
      t.mock.timers.enable({ apis: ['Date'], now: start });
      const { volume, reloads, results, uses } = watched(t, old);
      volume.update(secret(future));
      await reloads(1);
      t.mock.timers.setTime(start + 10 * DAY_MS);
      await reloads(2);
      await sleep(100);
      assert.deepEqual(results(), ['postponed', 'failure']);
      assert.ok(uses(old));
    });

    it('forgets a waiting pair when the files change', async (t) => {
      const start = Date.now();
      t.mock.timers.enable({ apis: ['Date'], now: start });
      const { volume, store, reloads, results, uses } = watched(t, lasting);
      volume.update(secret(future));
      await reloads(1);
      volume.update(secret(lasting));
      await reloads(2);
      t.mock.timers.setTime(start + 1.5 * DAY_MS);
      await sleep(100);
      assert.deepEqual(results(), ['postponed', 'restored']);
      assert.ok(uses(lasting));
      t.mock.timers.setTime(start);
      volume.update(secret(future));
      await reloads(3);
      store.close();
      t.mock.timers.setTime(start + 1.5 * DAY_MS);
      await sleep(100);
      assert.ok(uses(lasting), 'closed');
    });

    const rejected: [string, Record<string, string>, RegExp][] = [
      ['broken PEM', { 'tls.crt': 'hello', 'tls.key': fresh.key }, /tls\.crt: expected a PEM certificate/],
      ['a mismatched pair', { 'tls.crt': fresh.cert, 'tls.key': old.key }, /does not match/],
      ['an expired pair', secret(expired), /tls\.crt expired on \d{4}-.*Z/],
      ['a missing key', { 'tls.crt': fresh.cert }, /tls\.key cannot be read: ENOENT/],
      ['an encrypted key', secret(encrypted), /tls\.key: expected an unencrypted private key/],
    ];
    for (const [what, files, reason] of rejected) {
      it(`keeps the active pair after ${what}, and uses the next valid one`, async (t) => {
        const volume = mounted(t, old);
        const { store, watch, calls, reloads, uses, results, logged } = storeOn(t, volume.path);
        const loaded = store.load();
        watch();
        volume.update(files);
        await reloads(1);
        assert.deepEqual(calls, [['failure', loaded]]);
        assert.equal(store.current, loaded);
        const [message = '', ...more] = logged('error');
        assert.deepEqual(more, []);
        assert.match(message, reason);
        assert.ok(message.startsWith('Certificate reload failed: '));
        assert.ok(message.endsWith(`stays active and expires on ${loaded.notAfter.toISOString()}`));
        volume.update(secret(fresh));
        await reloads(2);
        assert.deepEqual(results(), ['failure', 'success']);
        assert.ok(uses(fresh));
      });
    }

    it('reports that the files match the active pair again', async (t) => {
      const volume = mounted(t, old);
      const { store, watch, reloads, results, logged } = storeOn(t, volume.path);
      store.load();
      watch();
      volume.update({ 'tls.crt': 'hello', 'tls.key': 'hello' });
      await reloads(1);
      volume.update(secret(old));
      await until(() => logged('info').some((line) => line.includes('matches its files again')));
      assert.deepEqual(results(), ['failure', 'restored']);
    });

    for (const [first, second] of [
      ['cert', 'key'],
      ['key', 'cert'],
    ] as const) {
      it(`uses a pair whose ${first} is written long before its ${second}`, async (t) => {
        const directory = plain(t, old);
        const { store, watch, certPath, keyPath, reloads, results, uses } = storeOn(t, directory);
        const paths = { cert: certPath, key: keyPath };
        store.load();
        watch();
        writeFileSync(paths[first], fresh[first]);
        await reloads(1);
        assert.ok(uses(old));
        writeFileSync(paths[second], fresh[second]);
        await reloads(2);
        assert.deepEqual(results(), ['failure', 'success']);
        assert.ok(uses(fresh));
      });
    }

    it('reports no failure if the two files are written shortly after each other', async (t) => {
      const directory = plain(t, old);
      const intervals = { ...EVENTS, debounceMs: 3_000 };
      const { store, watch, certPath, keyPath, reloads, results } = storeOn(t, directory, intervals);
      store.load();
      watch();
      writeFileSync(certPath, fresh.cert);
      await sleep(50);
      writeFileSync(keyPath, fresh.key);
      await reloads(1);
      assert.deepEqual(results(), ['success']);
    });

    it('survives deleting and recreating the directory', async (t) => {
      const directory = join(plain(t), 'certs');
      mkdirSync(directory);
      write(directory, old);
      const { store, watch, reloads, results, uses } = storeOn(t, directory, {
        debounceMs: 20,
        recheckMs: 50,
      });
      store.load();
      watch();
      rmSync(directory, { recursive: true });
      await reloads(1);
      assert.ok(uses(old));
      mkdirSync(directory);
      write(directory, fresh);
      await reloads(2);
      assert.deepEqual(results(), ['failure', 'success']);
      assert.ok(uses(fresh));
    });

    it('does not reload when the same pair is written again', async (t) => {
      const directory = plain(t, old);
      const { store, watch, calls, logged } = storeOn(t, directory, { debounceMs: 20, recheckMs: 50 });
      const loaded = store.load();
      watch();
      write(directory, old);
      await sleep(300);
      assert.deepEqual(calls, []);
      assert.equal(store.current, loaded);
      assert.deepEqual(logged('info'), ['Certificate loaded']);
    });

    it('reloads once for a burst of changes', async (t) => {
      const volume = mounted(t, old);
      const { store, watch, reloads, results, uses } = storeOn(t, volume.path, {
        ...EVENTS,
        debounceMs: 3_000,
      });
      store.load();
      watch();
      for (let count = 0; count < 20; count++) {
        volume.update(secret(count % 2 === 0 ? encrypted : fresh));
        await sleep(1);
      }
      await reloads(1);
      await sleep(100);
      assert.deepEqual(results(), ['success']);
      assert.ok(uses(fresh));
    });

    it('does not reload after the store is closed', async (t) => {
      const volume = mounted(t, old);
      const { store, watch, calls, uses } = storeOn(t, volume.path, { debounceMs: 20, recheckMs: 50 });
      store.load();
      watch();
      store.close();
      volume.update(secret(fresh));
      await sleep(300);
      assert.deepEqual(calls, []);
      assert.ok(uses(old));
    });
  });
});
