import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, type LoggerOptions, pino } from 'pino';
import sonicBoom from 'sonic-boom';
import { type ByteSink, LineBatch } from './line-batch.js';
import { lineTime } from './line-time.js';

/** The injection token of the one logger. */
export const LOGGER = Symbol('logger');

/** What waits to be written when nobody reads our output; lines beyond it are dropped, and admissions go on. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/** How long the end of the process waits for what is still to be written. */
const CLOSE_MS = 1000;

/** The logger and its end. */
export interface Log {
  readonly logger: Logger;
  /** Writes what is still to be written, so far as somebody reads it; to be called once, right before the process ends. */
  close(): Promise<void>;
}

/** What the log is like. */
export interface LogOptions {
  readonly level: string;
  readonly format: 'auto' | 'json' | 'pretty';
}

/** Told how many lines were lost. */
type OnDrop = (lines: number) => void;

/** Readable lines on a terminal, JSON lines elsewhere, or what the format says. `onDrop` is told how many lines are lost. */
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

/** The package is loaded here, so that a start in a cluster does not pay for it. */
async function prettyLog(options: LoggerOptions): Promise<Log> {
  const { default: pretty } = await import('pino-pretty');
  const stream = pretty({ sync: true, translateTime: 'SYS:HH:MM:ss', singleLine: true });
  return { logger: pino(options, stream), close: async () => {} };
}

/**
 * Written in the background, so that a full pipe or a slow disk never holds up an admission. The stream is not pino's own
 * destination, which at the end of the process waits for ever for a pipe that nobody reads.
 */
function jsonLog(options: LoggerOptions, onDrop: OnDrop): Log {
  const stream = new sonicBoom.SonicBoom({
    fd: 1,
    sync: false,
    maxLength: MAX_BUFFERED_BYTES,
    contentMode: 'buffer', // what comes are bytes, and they need not become a text and bytes again
  });
  stream.on('drop', (lines: Buffer) => onDrop(lines.toString().split('\n').length - 1));
  stream.on('error', () => {}); // a broken pipe: there is nobody to tell, and the lines count as dropped once the buffer is full
  const batch = new LineBatch(stream as unknown as ByteSink); // its types know of texts alone
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
