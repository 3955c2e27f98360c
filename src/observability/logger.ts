import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, type LoggerOptions, pino } from 'pino';
import pretty from 'pino-pretty';
import sonicBoom from 'sonic-boom';
import type { LogConfiguration } from '../config/configuration.js';

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

/** Readable lines on a terminal, JSON lines elsewhere, or what the format says. `onDrop` is called for a line that is lost. */
export function openLog({ level, format }: LogConfiguration, onDrop: () => void): Log {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  const isPretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  return isPretty ? prettyLog(options) : jsonLog(options, onDrop);
}

function prettyLog(options: LoggerOptions): Log {
  const stream = pretty({ sync: true, translateTime: 'SYS:HH:MM:ss', singleLine: true });
  return { logger: pino(options, stream), close: async () => {} };
}

/**
 * Written in the background, so that a full pipe or a slow disk never holds up an admission. The stream is not pino's own
 * destination, which at the end of the process waits for ever for a pipe that nobody reads.
 */
function jsonLog(options: LoggerOptions, onDrop: () => void): Log {
  const stream = new sonicBoom.SonicBoom({ fd: 1, sync: false, maxLength: MAX_BUFFERED_BYTES });
  stream.on('drop', onDrop);
  stream.on('error', () => {});
  return {
    logger: pino(options, stream),
    async close() {
      const closed = once(stream, 'close');
      stream.end();
      await Promise.race([closed, sleep(CLOSE_MS)]);
    },
  };
}
