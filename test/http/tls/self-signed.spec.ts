import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { describe, it } from 'node:test';
import { connect, createServer } from 'node:tls';
import { isValidAt } from '../../../src/tls/certificate.js';
import { secureContextOptions } from '../../../src/tls/secure-context.js';
import { selfSignedPair } from '../../../src/tls/self-signed.js';

/** id-kp-serverAuth (RFC 5280, 4.2.1.12). Node's `keyUsage` is the extended key usage. */
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';

describe(selfSignedPair.name, () => {
  it('is valid for a year from now, for this machine', () => {
    const pair = selfSignedPair();
    const day = 24 * 60 * 60 * 1000;
    assert.ok(isValidAt(pair, Date.now()));
    assert.ok(isValidAt(pair, Date.now() + 364 * day));
    assert.ok(!isValidAt(pair, Date.now() + 366 * day));
    for (const name of ['DNS:localhost', `DNS:${hostname().toLowerCase()}`, 'IP Address:127.0.0.1']) {
      assert.ok(pair.subjectAltNames.includes(name), name);
    }
    assert.ok(pair.subjectAltNames.includes('IP Address:0:0:0:0:0:0:0:1'));
  });

  it('is self-signed and for servers, and cannot sign other certificates', () => {
    const cert = new X509Certificate(selfSignedPair().cert);
    assert.equal(cert.ca, false);
    assert.deepEqual(cert.keyUsage, [SERVER_AUTHENTICATION]);
    assert.deepEqual([cert.subject, cert.issuer], ['CN=proxy-injector', 'CN=proxy-injector']);
    assert.ok(cert.verify(cert.publicKey));
  });

  it('has a positive serial number of 16 bytes', () => {
    for (let count = 0; count < 20; count += 1) {
      assert.match(new X509Certificate(selfSignedPair().cert).serialNumber, /^[4-7][0-9A-F]{31}$/);
    }
  });

  it('is different every time', () => {
    const [one, other] = [selfSignedPair(), selfSignedPair()];
    assert.notEqual(one.fingerprint256, other.fingerprint256);
    assert.notEqual(one.key, other.key);
  });

  it('is accepted by a client that trusts it', async (t) => {
    const pair = selfSignedPair();
    const server = createServer(secureContextOptions(pair, 'TLSv1.2'), (socket) => socket.end());
    t.after(() => server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    for (const how of [{ servername: 'localhost' }, {}]) {
      const socket = connect({ host: '127.0.0.1', port, ca: pair.cert, ...how });
      await once(socket, 'secureConnect');
      assert.equal(socket.authorized, true);
      socket.destroy();
    }
  });
});
