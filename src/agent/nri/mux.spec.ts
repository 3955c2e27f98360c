import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MuxReader, muxBytes } from './mux.js';

const HELLO = Buffer.from('0000000100000005', 'hex');

describe('the multiplexer', () => {
  it('puts the number of the connection and the length before the bytes', () => {
    const hello = Buffer.from('hello');
    assert.deepEqual(muxBytes({ connection: 'plugin', bytes: hello }), Buffer.concat([HELLO, hello]));
    assert.equal(
      muxBytes({ connection: 'runtime', bytes: hello }).subarray(0, 8).toString('hex'),
      '0000000200000005',
    );
  });

  it('sends at most 4,096 bytes in a frame', () => {
    const bytes = muxBytes({ connection: 'runtime', bytes: Buffer.alloc(10_000, 1) });
    const lengths: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = bytes.readUInt32BE(at + 4);
      lengths.push(length);
      at += 8 + length;
    }
    assert.deepEqual(lengths, [4096, 4096, 1808]);
  });

  it('separates the connections, and ignores others', () => {
    const frame = (number: number, text: string) => {
      const header = Buffer.alloc(8);
      header.writeUInt32BE(number, 0);
      header.writeUInt32BE(text.length, 4);
      return Buffer.concat([header, Buffer.from(text)]);
    };
    const bytes = Buffer.concat([frame(2, 'a'), frame(3, 'b'), frame(0, 'c'), frame(1, 'd'), frame(1, '')]);
    assert.deepEqual(
      new MuxReader().read(bytes).map(({ connection, bytes }) => [connection, bytes.toString()]),
      [
        ['runtime', 'a'],
        ['plugin', 'd'],
        ['plugin', ''],
      ],
    );
  });

  it('accepts frames as long as a message of ttrpc, and no longer', () => {
    const header = (length: number) => Buffer.from(`00000001${length.toString(16).padStart(8, '0')}`, 'hex');
    assert.deepEqual(new MuxReader().read(header(4 * 1024 * 1024 + 10)), []);
    assert.throws(
      () => new MuxReader().read(header(4 * 1024 * 1024 + 11)),
      /^ProtocolError: length of a frame of the multiplexer: expected at most 4194314 bytes, got 4194315$/,
    );
  });
});
