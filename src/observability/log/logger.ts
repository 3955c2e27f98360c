import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, type LoggerOptions, pino } from 'pino';
import sonicBoom from 'sonic-boom';
import { type ByteSink, LineBatch } from './line-batch.js';
import { lineTime } from './line-time.js';

/** The injection token of the logger. */
export const LOGGER = Symbol('logger');

/** How much to buffer while stdout is not read. Further lines are dropped, so that admissions never wait. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/** How long to wait for pending lines before the process exits. */
const CLOSE_MS = 1000;

/** The logger, and how to close it. */
export interface Log {
  readonly logger: Logger;
  /** Writes pending lines, for at most a second. Call it once, right before the process exits. */
  close(): Promise<void>;
}

/** The level and format of the log. */
export interface LogOptions {
  readonly level: string;
  readonly format: 'auto' | 'json' | 'pretty';
}

/** Called with the number of dropped lines. */
type OnDrop = (lines: number) => void;

/** Opens the log on stdout. With format `auto`, lines are readable on a terminal and JSON elsewhere. */
export async function openLog({ level, format }: LogOptions, onDrop: OnDrop): Promise<Log> {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: lineTime(),
    formatters: { level: (label) => ({ level: label }) },
  };
  const isPretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  return isPretty ? prettyLog(options) : jsonLog(options, onDrop);
}

/** Loads the package here, so that a start in a cluster does not pay for it. */
async function prettyLog(options: LoggerOptions): Promise<Log> {
  const { default: pretty } = await import('pino-pretty');
  const stream = pretty({ sync: true, translateTime: 'SYS:HH:MM:ss', singleLine: true });
  return { logger: pino(options, stream), close: async () => {} };
}

/**
 * Writes asynchronously, so that a full pipe or a slow disk never blocks an admission. Does not use pino's own
 * destination: when the process exits, it waits indefinitely for a pipe that is not read.
 */
function jsonLog(options: LoggerOptions, onDrop: OnDrop): Log {
  const stream = new sonicBoom.SonicBoom({
    fd: 1,
    sync: false,
    maxLength: MAX_BUFFERED_BYTES,
    contentMode: 'buffer', // batches are bytes already; do not decode and encode them again
  });
  stream.on('drop', (lines: Buffer) => onDrop(lines.toString().split('\n').length - 1));
  // A broken pipe leaves nowhere to report it. Once the buffer is full, lines count as dropped.
  stream.on('error', () => {});
  const batch = new LineBatch(stream as unknown as ByteSink); // its types only allow strings
  const logger = pino(options, batch);
  return {
    logger,
    async close() {
      logger.level = 'silent';
      const closed = once(stream, 'close');
      batch.end();
      stream.end();
      await Promise.race([closed, sleep(CLOSE_MS)]);
    },
  };
}
