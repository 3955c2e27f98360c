import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { before, describe, it, type TestContext } from 'node:test';
import tls, { type SecureVersion } from 'node:tls';
import { TlsConfiguration } from '../../../src/config/schema/service-sections.js';
import { type CertificatePair, checkPair } from '../../../src/tls/certificate.js';
import { secureContextOptions } from '../../../src/tls/secure-context.js';
import { makePair } from './pairs.js';

/** Allows both sides to speak TLS below 1.2, so that only the version decides (openssl-ciphers(1)). */
const ANY_CIPHER = { ciphers: 'DEFAULT:@SECLEVEL=0' };

async function pair(): Promise<CertificatePair> {
  const { cert, key } = await makePair();
  return checkPair(cert, key, { certPath: 'tls.crt', keyPath: 'tls.key' });
}

async function listening(t: TestContext, options: tls.TlsOptions): Promise<tls.Server> {
  const server = tls.createServer(options, (socket) => socket.on('error', () => {}).end());
  server.on('tlsClientError', () => {});
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

/** The version negotiated by a client that only speaks `version`, or the error code. */
async function speak(server: tls.Server, version: SecureVersion): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const socket = tls.connect({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    minVersion: version,
    maxVersion: version,
    ...ANY_CIPHER,
  });
  try {
    await once(socket, 'secureConnect');
    return String(socket.getProtocol());
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  } finally {
    socket.destroy();
  }
}

const REJECTED = 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION';

describe(secureContextOptions.name, () => {
  before(() => {
    // As with --tls-min-v1.0: the worst default to fall back to.
    tls.DEFAULT_MIN_VERSION = 'TLSv1';
  });

  it('is needed: without it, server and client speak TLS 1.1', async (t) => {
    const { cert, key } = await pair();
    const server = await listening(t, { cert, key, ...ANY_CIPHER });
    assert.equal(await speak(server, 'TLSv1.1'), 'TLSv1.1');
  });

  it('rejects TLS 1.1 by default, before and after a reload', async (t) => {
    const server = await listening(t, {
      ...secureContextOptions(await pair(), new TlsConfiguration().minVersion),
      ...ANY_CIPHER,
    });
    for (const when of ['before', 'after']) {
      assert.equal(await speak(server, 'TLSv1.1'), REJECTED, when);
      assert.equal(await speak(server, 'TLSv1.2'), 'TLSv1.2', when);
      assert.equal(await speak(server, 'TLSv1.3'), 'TLSv1.3', when);
      server.setSecureContext({
        ...secureContextOptions(await pair(), new TlsConfiguration().minVersion),
        ...ANY_CIPHER,
      });
    }
  });

  it('rejects TLS 1.2 if the minimum is 1.3, before and after a reload', async (t) => {
    const server = await listening(t, secureContextOptions(await pair(), 'TLSv1.3'));
    for (const when of ['before', 'after']) {
      assert.equal(await speak(server, 'TLSv1.2'), REJECTED, when);
      assert.equal(await speak(server, 'TLSv1.3'), 'TLSv1.3', when);
      server.setSecureContext(secureContextOptions(await pair(), 'TLSv1.3'));
    }
  });

  it('serves the whole chain, so that a client that only knows the root trusts it', async (t) => {
    const root = await makePair({ commonName: 'root', hosts: [], ca: true });
    const intermediate = await makePair({ commonName: 'between', hosts: [], ca: true, issuer: root });
    const leaf = await makePair({ commonName: 'leaf', issuer: intermediate });
    const chain = leaf.cert + intermediate.cert;
    const served = checkPair(chain, leaf.key, { certPath: 'tls.crt', keyPath: 'tls.key' });
    assert.equal(served.fingerprint256, new X509Certificate(leaf.cert).fingerprint256);
    const server = await listening(t, secureContextOptions(await pair(), new TlsConfiguration().minVersion));
    server.setSecureContext(secureContextOptions(served, 'TLSv1.2'));
    const { port } = server.address() as AddressInfo;
    const socket = tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca: root.cert });
    t.after(() => socket.destroy());
    await once(socket, 'secureConnect');
    assert.equal(socket.authorized, true);
  });
});
