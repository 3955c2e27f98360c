import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FrameReader, ProtocolError } from './frames.js';

const FORMAT = { name: 'length', headerBytes: 6, lengthAt: 2, maxBodyBytes: 1000 };

function frame(body: Buffer): Buffer {
  const header = Buffer.alloc(FORMAT.headerBytes, 0xff);
  header.writeUInt32BE(body.length, FORMAT.lengthAt);
  return Buffer.concat([header, body]);
}

describe(FrameReader.name, () => {
  it('reads the same frames however their bytes are cut into chunks', () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 10 });
    const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 });
    fc.assert(
      fc.property(bodies, cuts, (bodies, cuts) => {
        const bytes = Buffer.concat(bodies.map((body) => frame(Buffer.from(body))));
        const sut = new FrameReader(FORMAT);
        const read: number[][] = [];
        for (let start = 0, cut = 0; start < bytes.length; cut += 1) {
          const length = cuts[cut % cuts.length] as number;
          read.push(...sut.read(bytes.subarray(start, start + length)).map(({ body }) => [...body]));
          start += length;
        }
        assert.deepEqual(
          read,
          bodies.map((body) => [...body]),
        );
      }),
    );
  });

  it('reads the longest frame byte by byte', () => {
    const bytes = frame(Buffer.alloc(FORMAT.maxBodyBytes, 7));
    const sut = new FrameReader(FORMAT);
    const frames = [...bytes].flatMap((byte) => sut.read(Buffer.from([byte])));
    assert.deepEqual(
      frames.map(({ body }) => body.length),
      [FORMAT.maxBodyBytes],
    );
  });

  it('rejects a frame that is too long by its header, before its body arrives', () => {
    const header = frame(Buffer.alloc(FORMAT.maxBodyBytes + 1)).subarray(0, FORMAT.headerBytes);
    assert.throws(
      () => new FrameReader(FORMAT).read(header),
      new ProtocolError('length: expected at most 1000 bytes, got 1001'),
    );
  });
});
