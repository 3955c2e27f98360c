import { setTimeout as sleep } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { type Logger, pino } from 'pino';
import { LineBatch } from './line-batch.js';
import { lineTime } from './line-time.js';
import { withShortStrings } from './long-line.js';
import { prettyLines } from './pretty-line.js';
import { type OnDrop, openStdout } from './stdout.js';

/** The injection token of the logger. */
export const LOGGER = Symbol('logger');

/** How long to wait for pending lines before the process exits. */
const CLOSE_MS = 1000;

/** The logger, and how to close it. */
export interface Log {
  readonly logger: Logger;
  /** Writes what stdout takes right now. */
  flush(): void;
  /** Writes pending lines, for at most a second. Call it once, right before the process exits. */
  close(): Promise<void>;
}

/** The level and format of the log. */
export interface LogOptions {
  readonly level: string;
  readonly format: 'auto' | 'json' | 'pretty';
}

/** Opens the log on stdout. With format `auto`, lines are readable on a terminal and JSON elsewhere. */
export async function openLog({ level, format }: LogOptions, onDrop: OnDrop): Promise<Log> {
  const isPretty = format === 'pretty' || (format === 'auto' && isatty(1));
  const formatted = isPretty ? await prettyLines() : (line: string) => line;
  const stdout = openStdout(onDrop);
  const batch = new LineBatch(stdout);
  const logger = pino(
    {
      level,
      base: null,
      timestamp: lineTime(),
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => batch.write(formatted(withShortStrings(line))) },
  );
  return {
    logger,
    flush: () => batch.flush(),
    async close() {
      logger.level = 'silent';
      batch.end();
      await Promise.race([stdout.end(), sleep(CLOSE_MS)]);
    },
  };
}
