import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { generate } from 'selfsigned';
import { DAY_MS, makePair } from '../../test/http/tls/pairs.js';
import { CertificateError, checkPair, isValidAt, readPair } from './certificate.js';

const PATHS = { certPath: '/certs/tls.crt', keyPath: '/certs/tls.key' };
const GARBLED = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

const one = await makePair();
const other = await makePair();
const encrypted = await makePair({ passphrase: 'a passphrase' });
const legacyEncrypted = createPrivateKey(one.key)
  .export({ type: 'sec1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'a passphrase' })
  .toString();
const weak = await weakPair();

describe(checkPair.name, () => {
  it('returns the pair with its dates, names, and fingerprint', async () => {
    const notBefore = new Date('2026-01-31T12:00:00Z');
    const hosts = ['injector.mesh.svc', '10.0.0.1'];
    const { cert, key } = await makePair({ notBefore, days: 2, hosts });
    assert.deepEqual(checkPair(cert, key, PATHS), {
      cert,
      key,
      notBefore,
      notAfter: new Date('2026-02-02T12:00:00Z'),
      subjectAltNames: ['DNS:injector.mesh.svc', 'IP Address:10.0.0.1'],
      fingerprint256: new X509Certificate(cert).fingerprint256,
    });
  });

  it('returns no names for a certificate without them', async () => {
    const { cert, key } = await makePair({ hosts: [] });
    assert.deepEqual(checkPair(cert, key, PATHS).subjectAltNames, []);
  });

  it('accepts a chain, and text around the blocks', () => {
    const chain = `a comment\n${one.cert}another\n${other.cert}`;
    assert.equal(checkPair(chain, one.key, PATHS).cert, chain);
  });

  it('accepts keys in older formats', () => {
    const sec1 = createPrivateKey(one.key).export({ type: 'sec1', format: 'pem' }).toString();
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
    assert.equal(checkPair(one.cert, parameters + sec1, PATHS).key, parameters + sec1);
  });

  const rejected: [string, string, string, string | RegExp][] = [
    [
      'an empty certificate file',
      '',
      one.key,
      '/certs/tls.crt: expected a PEM certificate, got an empty file',
    ],
    ['text without PEM', 'hello', one.key, '/certs/tls.crt: expected a PEM certificate, got no PEM block'],
    ['swapped files', one.key, one.cert, '/certs/tls.crt: expected a PEM certificate, got PRIVATE KEY'],
    ['a garbled certificate', GARBLED, one.key, /^\/certs\/tls\.crt: cannot parse the certificate: ERR_/],
    [
      'a truncated certificate',
      one.cert.slice(0, 200),
      one.key,
      /^\/certs\/tls\.crt: cannot parse the certificate: ERR_/,
    ],
    [
      'a garbled certificate in the chain',
      one.cert + GARBLED,
      one.key,
      /^\/certs\/tls\.crt: cannot parse certificate 2 of 2: ERR_/,
    ],
    [
      'a truncated chain',
      one.cert + other.cert.slice(0, 200),
      one.key,
      /^\/certs\/tls\.crt: cannot parse certificate 2 of 2: ERR_/,
    ],
    ['an empty key file', one.cert, ' \n', '/certs/tls.key: expected a PEM private key, got an empty file'],
    [
      'a certificate instead of a key',
      one.cert,
      one.cert,
      '/certs/tls.key: expected a PEM private key, got CERTIFICATE',
    ],
    [
      'a truncated key',
      one.cert,
      one.key.slice(0, 100),
      /^\/certs\/tls\.key: cannot parse the private key: ERR_/,
    ],
    [
      'an encrypted key',
      encrypted.cert,
      encrypted.key,
      '/certs/tls.key: expected an unencrypted private key, got one with a passphrase',
    ],
    [
      'a key encrypted in the old format',
      one.cert,
      legacyEncrypted,
      '/certs/tls.key: expected an unencrypted private key, got one with a passphrase',
    ],
    [
      'the key of another certificate',
      one.cert,
      other.key,
      'the private key in /certs/tls.key does not match the certificate in /certs/tls.crt',
    ],
    [
      'a chain whose leaf is not the first',
      other.cert + one.cert,
      one.key,
      '/certs/tls.crt: expected the leaf certificate first, but the private key in /certs/tls.key matches certificate 2',
    ],
    [
      'a pair that OpenSSL rejects',
      weak.cert,
      weak.key,
      /^\/certs\/tls\.crt and \/certs\/tls\.key: OpenSSL rejects this pair: ERR_/,
    ],
  ];
  for (const [what, cert, key, message] of rejected) {
    it(`rejects ${what}`, () => {
      assert.throws(() => checkPair(cert, key, PATHS), { name: 'CertificateError', message });
    });
  }

  it('leaks nothing of the key in any message', () => {
    const secrets = [one.key, other.key, encrypted.key, legacyEncrypted, weak.key].flatMap((key) =>
      key.split('\n').filter((line) => line.length > 20 && !line.includes('--')),
    );
    for (const [what, cert, key] of rejected) {
      const error = thrown(() => checkPair(cert, key, PATHS));
      for (const secret of secrets) assert.ok(!`${error.stack}${error.cause}`.includes(secret), what);
    }
  });
});

describe(readPair.name, () => {
  it('names the file that is missing or unreadable', (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'certificate-'));
    t.after(() => rmSync(directory, { recursive: true }));
    const paths = { certPath: join(directory, 'tls.crt'), keyPath: join(directory, 'tls.key') };
    assert.match(thrown(() => readPair(paths)).message, /tls\.crt cannot be read: ENOENT/);
    writeFileSync(paths.certPath, one.cert);
    assert.match(thrown(() => readPair(paths)).message, /tls\.key cannot be read: ENOENT/);
    const folder = { ...paths, keyPath: directory };
    assert.match(thrown(() => readPair(folder)).message, /cannot be read: EISDIR/);
    writeFileSync(paths.keyPath, one.key);
    assert.deepEqual(readPair(paths), checkPair(one.cert, one.key, paths));
  });
});

describe(isValidAt.name, () => {
  it('is true from the first instant to the last', async () => {
    const notBefore = new Date('2026-01-31T12:00:00Z');
    const { cert, key } = await makePair({ notBefore, days: 1 });
    const pair = checkPair(cert, key, PATHS);
    const from = notBefore.getTime();
    const instants = [from - 1, from, from + DAY_MS, from + DAY_MS + 1];
    assert.deepEqual(
      instants.map((now) => isValidAt(pair, now)),
      [false, true, true, false],
    );
  });
});

function thrown(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof CertificateError);
    return error;
  }
  throw new assert.AssertionError({ message: 'expected an error' });
}

/** RSA with 512 bits: a valid pair that OpenSSL rejects at every security level above 0. */
async function weakPair(): Promise<{ cert: string; key: string }> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 512,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyPair: { publicKey, privateKey },
    algorithm: 'sha256',
  });
  return { cert, key };
}
