/** How the frames of a protocol start: with a header of constant length, which holds the length of the body. */
export interface FrameFormat {
  readonly name: string;
  readonly headerBytes: number;
  /** Where the length of the body is in the header, as a 32-bit integer, big-endian. */
  readonly lengthAt: number;
  readonly maxBodyBytes: number;
}

/** A frame as it was read. */
export interface Frame {
  readonly header: Buffer;
  readonly body: Buffer;
}

/** Bytes that violate the protocol. Nothing after them on the connection can be read. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** Puts frames together from a stream of bytes, however it is cut into chunks. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;
  #needed: number;
  #header: Buffer | undefined;

  constructor(private readonly format: FrameFormat) {
    this.#needed = format.headerBytes;
  }

  /** Returns the frames that a chunk completes. Throws a {@link ProtocolError} if one is too long. */
  read(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= this.#needed) {
      const bytes = this.#take(this.#needed);
      if (this.#header === undefined) {
        this.#header = bytes;
        this.#needed = this.#bodyLength(bytes);
      } else {
        frames.push({ header: this.#header, body: bytes });
        this.#header = undefined;
        this.#needed = this.format.headerBytes;
      }
    }
    return frames;
  }

  #take(count: number): Buffer {
    const [first = Buffer.alloc(0)] = this.#chunks;
    const bytes = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    this.#chunks = bytes.length === count ? [] : [bytes.subarray(count)];
    this.#length -= count;
    return bytes.subarray(0, count);
  }

  #bodyLength(header: Buffer): number {
    const { name, lengthAt, maxBodyBytes } = this.format;
    const length = header.readUInt32BE(lengthAt);
    if (length <= maxBodyBytes) return length;
    throw new ProtocolError(`${name}: expected at most ${maxBodyBytes} bytes, got ${length}`);
  }
}
