import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { makePair } from '../../../test/http/tls/pairs.js';
import { certificatesIn, isTrusted } from './certificate-chain.js';

const root = await makePair({ commonName: 'root', ca: true });
const intermediate = await makePair({ commonName: 'intermediate', ca: true, issuer: root });
const leaf = await makePair({ commonName: 'leaf', issuer: intermediate });
const another = await makePair({ commonName: 'root', ca: true });
const alone = await makePair({ commonName: 'alone' });

const trusts = (bundle: string, ...chain: string[]) =>
  isTrusted(certificatesIn(chain.join('')), certificatesIn(bundle));

describe('isTrusted', () => {
  it('follows the chain to a CA of the bundle', () => {
    assert.equal(trusts(root.cert, leaf.cert, intermediate.cert), true);
    assert.equal(trusts(intermediate.cert, leaf.cert), true);
    assert.equal(trusts(another.cert + root.cert, leaf.cert, intermediate.cert), true);
  });

  it('accepts a certificate that is itself in the bundle', () => {
    assert.equal(trusts(alone.cert, alone.cert), true);
  });

  it('refuses a chain with a gap, and one to a CA of the same name', () => {
    assert.equal(trusts(root.cert, leaf.cert), false);
    assert.equal(trusts(another.cert, leaf.cert, intermediate.cert), false);
    assert.equal(trusts(another.cert, leaf.cert, intermediate.cert, root.cert), false);
  });

  it('refuses everything if one side is empty', () => {
    assert.equal(trusts('', leaf.cert), false);
    assert.equal(trusts(root.cert), false);
  });

  it('ends with certificates that issued each other', () => {
    assert.equal(trusts(another.cert, intermediate.cert, root.cert, intermediate.cert, root.cert), false);
  });
});

describe('certificatesIn', () => {
  it('leaves out what is no certificate', () => {
    const garbled = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    assert.deepEqual(
      certificatesIn(`text\n${garbled}${alone.cert}`).map(({ fingerprint256 }) => fingerprint256),
      [new X509Certificate(alone.cert).fingerprint256],
    );
  });
});
