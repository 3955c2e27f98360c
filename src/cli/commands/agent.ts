import { resolve } from 'node:path';
import { type RunOptions, runAgent } from '../../agent/run-agent.js';
import { ExitCode } from '../exit-code.js';
import type { Io } from '../io.js';
import { UserError } from '../user-error.js';

/** Runs the agent until SIGTERM or SIGINT. Rejects with a `UserError` if its port is taken. */
export async function agent(_io: Io, options: RunOptions): Promise<ExitCode> {
  const { netnsDirectory, port } = options;
  try {
    await runAgent({ ...options, netnsDirectory: resolve(netnsDirectory) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== 'listen') throw error;
    throw new UserError(`--port: expected a free port, got ${port}: ${(error as Error).message}`);
  }
  return ExitCode.success;
}
