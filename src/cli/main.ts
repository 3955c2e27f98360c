#!/usr/bin/env node
import { basename } from 'node:path';
import { CommanderError } from 'commander';
import { ConfigurationError } from '../config/configuration-error.js';
import { ClusterError } from './cluster-error.js';
import { ExitCode, worst } from './exit-code.js';
import { writeError } from './output/report.js';
import { createProgram } from './program.js';
import { runner } from './run.js';
import { UserError } from './user-error.js';

/** Raises the exit code of the process; the most severe one wins. */
function raiseExitCode(code: ExitCode): void {
  process.exitCode = worst([(process.exitCode ?? ExitCode.success) as ExitCode, code]);
}

/** Reports a user's error in one line, and a bug with its stack. Commander has already reported its own errors. */
function fail(error: Error): void {
  if (error instanceof CommanderError && error.exitCode === 0) return;
  raiseExitCode(error instanceof ClusterError ? ExitCode.failed : ExitCode.invalid);
  if (error instanceof CommanderError) return;
  const isUserError = [UserError, ConfigurationError, ClusterError].some((kind) => error instanceof kind);
  writeError(process.stderr, isUserError ? error.message : String(error.stack));
}

/** Ignores EPIPE: the command finishes its work and reports on the other stream. Any other error is a failure. */
function handleErrors(name: string, stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    raiseExitCode(ExitCode.invalid);
    if (stream !== process.stderr) writeError(process.stderr, `${name}: ${error.message}`);
  });
}

handleErrors('<stdout>', process.stdout);
handleErrors('<stderr>', process.stderr);
// As a plugin of kubectl, and as what kubectl asks for completions of the plugin:
// kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins.
const [node = '', file = '', ...args] = process.argv;
// Of the names of a package, npx takes any if all start the same file.
const calledAs = process.env.npm_lifecycle_event === 'npx' ? 'proxy-injector' : basename(file);
const name = calledAs === 'kubectl-proxy_injector' ? 'kubectl proxy-injector' : undefined;
const words = calledAs === 'kubectl_complete-proxy_injector' ? ['__complete', ...args] : args;
createProgram(runner(process, raiseExitCode), name)
  .parseAsync([node, file, ...words])
  .catch(fail);
