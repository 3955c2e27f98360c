import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, type RequestOptions, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { pino } from 'pino';
import { CertificateStore } from '../../../src/tls/certificate-store.js';
import { pairFiles } from '../../../src/tls/pair-files.js';
import { secureContextOptions } from '../../../src/tls/secure-context.js';
import { until } from '../../support/until.js';
import { MountedVolume } from './mounted-volume.js';
import { makePair, type PemPair } from './pairs.js';

/** An HTTPS server that reloads its certificate from a mounted Secret. */
async function serving(t: TestContext, pair: PemPair, handler: (response: ServerResponse) => void) {
  const volume = MountedVolume.create(secret(pair));
  const store = new CertificateStore({
    files: pairFiles({ certPath: volume.file('tls.crt'), keyPath: volume.file('tls.key') }),
    log: pino({ level: 'silent' }),
    debounceMs: 20,
  });
  const server = createServer(secureContextOptions(store.load(), 'TLSv1.2'), (_request, response) =>
    handler(response),
  );
  const results: string[] = [];
  store.watch((result, current) => {
    if (result === 'success') server.setSecureContext(secureContextOptions(current, 'TLSv1.2'));
    results.push(result);
  });
  t.after(() => {
    store.close();
    server.close();
    server.closeAllConnections();
    volume.remove();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    get: (options: RequestOptions) => begin({ port, ...options }),
    reload: async (files: Record<string, string>) => {
      const before = results.length;
      volume.update(files);
      await until(() => results.length > before);
      return results.at(-1);
    },
  };
}

function secret({ cert, key }: PemPair) {
  return { 'tls.crt': cert, 'tls.key': key };
}

/** Sends a request. Resolves as soon as the head of the response has arrived. */
async function begin(options: RequestOptions) {
  const sent = request({ host: '127.0.0.1', rejectUnauthorized: false, agent: false, ...options }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const socket = answer.socket as TLSSocket;
  return {
    body: text(answer),
    client: socket.localPort,
    certificate: socket.getPeerCertificate().fingerprint256,
  };
}

const fingerprint = ({ cert }: PemPair) => new X509Certificate(cert).fingerprint256;

describe('a reload under traffic', () => {
  it('uses the new certificate for new connections only, and disturbs no open connection', async (t) => {
    const [old, fresh] = [await makePair(), await makePair()];
    const waiting: ServerResponse[] = [];
    const { get, reload } = await serving(t, old, (response) => {
      if (response.req.url === '/slow') {
        response.write('started, ');
        waiting.push(response);
      } else response.end('done');
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());

    const kept = await get({ agent });
    assert.equal(await kept.body, 'done');
    const slow = await get({ path: '/slow' });
    assert.equal(await reload(secret(fresh)), 'success');

    const next = await get({});
    assert.equal(next.certificate, fingerprint(fresh));
    assert.equal(await next.body, 'done');

    waiting[0]?.end('and finished');
    assert.equal(await slow.body, 'started, and finished');
    assert.equal(slow.certificate, fingerprint(old));

    const again = await get({ agent });
    assert.equal(await again.body, 'done');
    assert.equal(again.client, kept.client, 'still the same connection');
    assert.equal(kept.certificate, fingerprint(old));
  });

  it('keeps the old certificate after an invalid one, and uses the next valid one', async (t) => {
    const [old, fresh] = [await makePair(), await makePair()];
    const { get, reload } = await serving(t, old, (response) => response.end('done'));
    assert.equal(await reload({ 'tls.crt': fresh.cert, 'tls.key': old.key }), 'failure');
    const meanwhile = await get({});
    assert.equal(await meanwhile.body, 'done');
    assert.equal(meanwhile.certificate, fingerprint(old));
    assert.equal(await reload(secret(fresh)), 'success');
    assert.equal((await get({})).certificate, fingerprint(fresh));
  });

  it('loses no request of clients that keep connecting', async (t) => {
    const pairs = [await makePair(), await makePair(), await makePair()];
    const { get, reload } = await serving(t, pairs[0] as PemPair, (response) => response.end('done'));
    let running = true;
    const seen = new Set<string | undefined>();
    const client = async () => {
      while (running) {
        const { body, certificate } = await get({});
        assert.equal(await body, 'done');
        seen.add(certificate);
      }
    };
    const clients = [client(), client(), client()];
    for (const pair of pairs) {
      if (pair !== pairs[0]) assert.equal(await reload(secret(pair)), 'success');
      await until(() => seen.has(fingerprint(pair)));
    }
    running = false;
    await Promise.all(clients);
    assert.deepEqual(seen, new Set(pairs.map(fingerprint)));
  });
});
