import { styleText } from 'node:util';

/** What a command talks to: the process, or what a test puts in its place. */
export type Io = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env'>;

type Format = Parameters<typeof styleText>[0];

/** Gives a text a colour. */
export type Paint = (format: Format, text: string) => string;

/** Gives texts a colour where the stream is a terminal; `NO_COLOR` and `FORCE_COLOR` have the last word. */
export function painter(stream: NodeJS.WriteStream): Paint {
  return (format, text) => styleText(format, text, { stream, validateStream: true });
}
