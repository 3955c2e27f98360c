import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A pipe as a container runtime or a shell makes it. What Node calls a pipe in `spawn` is a pair of sockets. */
export interface Pipe {
  /** Hand it to `spawn`, then {@link closeWriteEnd}. */
  readonly writeEnd: number;
  /** Reads nothing until it is consumed. */
  readonly reader: Socket;
  closeWriteEnd(): void;
}

export function openPipe(): Pipe {
  const directory = mkdtempSync(join(tmpdir(), 'pipe-'));
  const path = join(directory, 'fifo');
  execFileSync('mkfifo', [path]);
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(path, constants.O_WRONLY);
  rmSync(directory, { recursive: true });
  const reader = new Socket({ fd: readEnd, readable: true, writable: false });
  return { writeEnd, reader, closeWriteEnd: () => closeSync(writeEnd) };
}
