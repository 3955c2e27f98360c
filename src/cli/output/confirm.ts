import { createInterface } from 'node:readline/promises';
import type { Io } from '../io.js';
import { UserError } from '../user-error.js';

/** Asks for confirmation on the terminal. If there is none, throws a `UserError` that suggests `--yes`. */
export async function confirm({ stdin, stderr }: Io, question: string): Promise<boolean> {
  if (!stdin.isTTY || !stderr.isTTY) {
    throw new UserError('--yes: expected, because there is no terminal to ask on');
  }
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, {
      signal: AbortSignal.any([closed(terminal)]),
    });
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    return false; // Ctrl-D
  } finally {
    terminal.close();
  }
}

function closed(terminal: ReturnType<typeof createInterface>): AbortSignal {
  const abort = new AbortController();
  terminal.once('close', () => abort.abort());
  return abort.signal;
}
