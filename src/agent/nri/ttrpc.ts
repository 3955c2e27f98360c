import { FrameReader, ProtocolError } from './frames.js';

/**
 * The messages of ttrpc, which start with the length of the payload, the number of the stream, the type, and flags:
 * github.com/containerd/ttrpc/blob/v1.2.9/PROTOCOL.md. NRI has no streaming calls: a call is a request and a response
 * with the same stream.
 */
export interface TtrpcMessage {
  readonly type: 'request' | 'response';
  readonly stream: number;
  readonly payload: Buffer;
}

const HEADER_BYTES = 10;

/** The longest payload, in bytes. */
export const MAX_PAYLOAD_BYTES = 4 * 1024 * 1024;

/** The longest message, in bytes. */
export const MAX_MESSAGE_BYTES = HEADER_BYTES + MAX_PAYLOAD_BYTES;

const TYPES = { request: 1, response: 2 } as const;

/** Puts messages together from a stream of bytes. */
export class TtrpcReader {
  readonly #frames = new FrameReader({
    name: 'length of a ttrpc message',
    headerBytes: HEADER_BYTES,
    lengthAt: 0,
    maxBodyBytes: MAX_PAYLOAD_BYTES,
  });

  /** `expected` is the type that the other side sends. */
  constructor(private readonly expected: TtrpcMessage['type']) {}

  /** Returns the messages that a chunk completes. Throws a {@link ProtocolError} if they are not what is expected. */
  read(chunk: Buffer): TtrpcMessage[] {
    return this.#frames.read(chunk).map(({ header, body }) => {
      const type = header.readUInt8(8);
      if (type !== TYPES[this.expected]) {
        throw new ProtocolError(
          `type of a ttrpc message: expected ${TYPES[this.expected]} (${this.expected}), got ${type}`,
        );
      }
      return { type: this.expected, stream: header.readUInt32BE(4), payload: body };
    });
  }
}

/** The bytes of a message. */
export function ttrpcBytes({ type, stream, payload }: TtrpcMessage): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(payload.length, 0);
  header.writeUInt32BE(stream, 4);
  header.writeUInt8(TYPES[type], 8);
  return Buffer.concat([header, payload]);
}
