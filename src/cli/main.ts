#!/usr/bin/env node
import { CommanderError } from 'commander';
import { ConfigurationError } from '../config/configuration-error.js';
import { ExitCode, worst } from './exit-code.js';
import { writeError } from './output/report.js';
import { createProgram } from './program.js';
import { runner } from './run.js';
import { UserError } from './user-error.js';

/** The worst of all that happens is how the process ends. */
function end(code: ExitCode): void {
  process.exitCode = worst([(process.exitCode ?? ExitCode.done) as ExitCode, code]);
}

/** What people put right themselves is said in a line; a bug comes with its stack. */
function fail(error: Error): void {
  if (error instanceof CommanderError && error.exitCode === 0) return;
  end(ExitCode.badInput);
  if (error instanceof CommanderError) return;
  const isUsers = error instanceof UserError || error instanceof ConfigurationError;
  writeError(process.stderr, isUsers ? error.message : String(error.stack));
}

/** That nobody reads on is no failure: what else there is to do is done, and what there is to say is said elsewhere. */
function watch(name: string, stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    end(ExitCode.badInput);
    if (stream !== process.stderr) writeError(process.stderr, `${name}: ${error.message}`);
  });
}

watch('<stdout>', process.stdout);
watch('<stderr>', process.stderr);
createProgram(runner(process, end)).parseAsync().catch(fail);
