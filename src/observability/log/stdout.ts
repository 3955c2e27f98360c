import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import sonicBoom from 'sonic-boom';
import type { ByteSink } from './line-batch.js';

const STDOUT = 1;

/** How much to buffer while stdout is not read. Further lines are dropped, so that admissions never wait. */
export const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/** Called with the number of dropped lines. */
export type OnDrop = (lines: number) => void;

/** Standard output, which never makes the event loop wait. */
export interface Stdout extends ByteSink {
  /** Resolves once everything is written, or cannot be. Do not write afterwards. */
  end(): Promise<void>;
}

/**
 * Opens stdout in the way that suits what it is. `fs.write` to a pipe that is not read blocks a thread of libuv's pool,
 * for which `process.exit` then waits forever; so does pino's own destination. A `Socket` makes the pipe non-blocking.
 */
export function openStdout(onDrop: OnDrop): Stdout {
  const stat = fstatSync(STDOUT);
  const sink = stat.isFIFO() || stat.isSocket() ? pipe : file;
  return sink((bytes) => onDrop(bytes.toString().split('\n').length - 1));
}

function pipe(drop: (bytes: Buffer) => void): Stdout {
  const socket = new Socket({ fd: STDOUT, readable: false, writable: true });
  socket.on('error', () => {}); // a broken pipe leaves nowhere to report it; further lines count as dropped
  return {
    write(bytes) {
      const fits = socket.writableLength + bytes.length <= MAX_BUFFERED_BYTES;
      if (fits && socket.writable) socket.write(bytes);
      else drop(bytes);
    },
    end: () => new Promise((resolve) => socket.end(() => resolve())),
  };
}

/** Files and terminals. Unlike a `WriteStream`, this writes on after an error: a full disk may have room later. */
function file(drop: (bytes: Buffer) => void): Stdout {
  const stream = new sonicBoom.SonicBoom({
    fd: STDOUT,
    sync: false,
    maxLength: MAX_BUFFERED_BYTES,
    contentMode: 'buffer', // batches are bytes already; do not decode and encode them again
  });
  stream.on('drop', drop);
  stream.on('error', () => {}); // nowhere to report it; once the buffer is full, lines count as dropped
  return {
    write: (bytes) => void stream.write(bytes as unknown as string), // its types only allow strings
    end: () =>
      new Promise((resolve) => {
        stream.once('close', resolve);
        stream.end();
      }),
  };
}
