import type { Log } from '../../../src/observability/log/outage.js';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A log that keeps its lines. */
export class RecordingLog {
  readonly lines: LogLine[] = [];
  readonly log: Log = {
    debug: this.#recorder('debug'),
    info: this.#recorder('info'),
    warn: this.#recorder('warn'),
  };

  /** The lines of one level, as `message: reason`. */
  texts(level: LogLine['level']): string[] {
    return this.lines
      .filter((line) => line.level === level)
      .map(({ fields, message }) => ('reason' in fields ? `${message}: ${fields.reason}` : message));
  }

  #recorder(level: LogLine['level']): Log['info'] {
    return (fields: unknown, message?: unknown) => {
      this.lines.push({ level, fields: fields as LogLine['fields'], message: String(message) });
    };
  }
}
