import { mapStrings } from './long-line.js';

/**
 * The control characters of ASCII (C0 and DEL) and of ISO 8859 (C1), except tab and line feed. A terminal would act on
 * them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it removes
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

interface Fields {
  msg?: unknown;
  readonly error?: unknown;
}

/**
 * Returns a function that formats a line of JSON for people. Nothing in the line can control the terminal, or pass its
 * message off as several lines. An error that is a list of lines, as that of a configuration, is indented below.
 */
export async function prettyLines(): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty'); // here, so that a start in a cluster does not pay for it
  const format = prettyFactory({ translateTime: 'SYS:HH:MM:ss', singleLine: true });
  return (line) => {
    const fields = mapStrings(JSON.parse(line), (text) => text.replace(CONTROL, '')) as Fields;
    if (typeof fields.msg === 'string') fields.msg = fields.msg.replaceAll('\n', ' ');
    const { error, ...others } = fields;
    if (typeof error !== 'string' || !error.includes('\n')) return format(fields) ?? '';
    return `${format(others) ?? ''}${error.replace(/^/gm, '    ')}\n`;
  };
}
