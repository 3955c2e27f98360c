import { FrameReader } from './frames.js';
import { MAX_MESSAGE_BYTES } from './ttrpc.js';

/**
 * The two connections that share one socket, by their numbers: on one, the runtime calls the plugin; on the other, the
 * plugin calls the runtime (containerd/nri, pkg/net/multiplex).
 */
export const CONNECTIONS = { plugin: 1, runtime: 2 } as const;
export type ConnectionName = keyof typeof CONNECTIONS;

const NAMES = new Map<number, ConnectionName>([
  [CONNECTIONS.plugin, 'plugin'],
  [CONNECTIONS.runtime, 'runtime'],
]);

/** The number of the connection, and the length of what follows. */
const HEADER_BYTES = 8;

/**
 * How much of a connection's bytes to send in a frame. The other side reads a frame as a whole into a buffer of this
 * size (ttrpc's `bufio.Reader`), and gives up if it is longer.
 */
export const MAX_SENT_BYTES = 4096;

/** Bytes of one of the connections. */
export interface MuxData {
  readonly connection: ConnectionName;
  readonly bytes: Buffer;
}

/** Separates the connections in the bytes of the socket. Bytes of other connections are ignored, as in NRI. */
export class MuxReader {
  readonly #frames = new FrameReader({
    name: 'length of a frame of the multiplexer',
    headerBytes: HEADER_BYTES,
    lengthAt: 4,
    maxBodyBytes: MAX_MESSAGE_BYTES,
  });

  /** Returns the bytes of the frames that a chunk completes. Throws a `ProtocolError` if a frame is too long. */
  read(chunk: Buffer): MuxData[] {
    return this.#frames.read(chunk).flatMap(({ header, body }): MuxData[] => {
      const connection = NAMES.get(header.readUInt32BE(0));
      return connection === undefined ? [] : [{ connection, bytes: body }];
    });
  }
}

/** The frames that carry bytes of a connection. */
export function muxBytes({ connection, bytes }: MuxData): Buffer {
  const frames: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += MAX_SENT_BYTES) {
    const part = bytes.subarray(start, start + MAX_SENT_BYTES);
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(CONNECTIONS[connection], 0);
    header.writeUInt32BE(part.length, 4);
    frames.push(header, part);
  }
  return Buffer.concat(frames);
}
