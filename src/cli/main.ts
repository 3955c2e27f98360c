#!/usr/bin/env node
import { CommanderError } from 'commander';
import { ConfigurationError } from '../config/problem.js';
import { ExitCode } from './exit-code.js';
import { createProgram } from './program.js';
import { writeProblem } from './report.js';
import { runner } from './run.js';
import { UserError } from './user-error.js';

const program = createProgram(
  runner(process, (code) => {
    process.exitCode = code;
  }),
);

/** What people put right themselves is said in a line; a bug comes with its stack. */
function fail(error: Error): void {
  process.exitCode = ExitCode.badInput;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) process.exitCode = ExitCode.done;
    return;
  }
  const isUsers = error instanceof UserError || error instanceof ConfigurationError;
  writeProblem(process.stderr, isUsers ? error.message : String(error.stack));
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(); // nobody reads on: there is nothing left to do, and nothing to say
});

await program.parseAsync().catch(fail);
