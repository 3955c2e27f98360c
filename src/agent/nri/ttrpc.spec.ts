import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TtrpcReader, ttrpcBytes } from './ttrpc.js';

// The length, the stream, the type, and flags.
const REQUEST = '00000002000000030100abcd';
const RESPONSE = '00000000000000050200';

describe('the messages of ttrpc', () => {
  it('are written with their length, stream, and type', () => {
    const payload = Buffer.from('abcd', 'hex');
    assert.equal(ttrpcBytes({ type: 'request', stream: 3, payload }).toString('hex'), REQUEST);
    const nothing = { type: 'response', stream: 5, payload: Buffer.alloc(0) } as const;
    assert.equal(ttrpcBytes(nothing).toString('hex'), RESPONSE);
  });

  it('are read as they are written', () => {
    const bytes = Buffer.from(REQUEST + REQUEST, 'hex');
    const sut = new TtrpcReader('request');
    const messages = [...sut.read(bytes.subarray(0, 15)), ...sut.read(bytes.subarray(15))];
    const message = { type: 'request', stream: 3, payload: Buffer.from('abcd', 'hex') };
    assert.deepEqual(messages, [message, message]);
  });

  it('must be of the expected type', () => {
    assert.throws(
      () => new TtrpcReader('request').read(Buffer.from(RESPONSE, 'hex')),
      /^ProtocolError: type of a ttrpc message: expected 1 \(request\), got 2$/,
    );
  });

  it('must be at most 4 MiB long', () => {
    assert.throws(
      () => new TtrpcReader('request').read(Buffer.from('00400001000000010100', 'hex')),
      /^ProtocolError: length of a ttrpc message: expected at most 4194304 bytes, got 4194305$/,
    );
  });
});
