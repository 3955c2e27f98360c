import { styleText } from 'node:util';

/** The streams and environment of a command: the process, or a test's substitute. */
export type Io = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env'>;

type Format = Parameters<typeof styleText>[0];

/** Applies a color or style to a text. */
export type Paint = (format: Format, text: string) => string;

/** Paints text if the stream is a terminal. `NO_COLOR` and `FORCE_COLOR` override that. */
export function painter(stream: NodeJS.WriteStream): Paint {
  const options = { stream, validateStream: true };
  const isPlain = styleText('bold', 'x', options) === 'x';
  return (format, text) => (isPlain ? text : styleText(format, text, options));
}
