import { PRODUCT_VERSION } from '../core/version.js';
import { CliCommand } from './command.js';
import { configCommand } from './commands/config.command.js';
import { explainCommand } from './commands/explain.command.js';
import { injectCommand } from './commands/inject.command.js';
import { redirectCommand } from './commands/redirect.command.js';
import { serveCommand } from './commands/serve.command.js';
import { uninjectCommand } from './commands/uninject.command.js';
import type { Run } from './run.js';

const EXIT_CODES = `
Exit codes:
  0  What was asked for is done.
  1  A Pod was refused, or with --strict left without a proxy.
  2  The input, the configuration or the command line is wrong.`;

/** The command line with all its commands. */
export function createProgram(run: Run): CliCommand {
  return new CliCommand('proxy-injector')
    .description('Puts a traffic proxy into Pods: as a webhook in a cluster, and into manifests without one.')
    .version(PRODUCT_VERSION, '-V, --version', 'Print the version.')
    .helpCommand('help [COMMAND]', 'Show the help of a command.')
    .addHelpText('after', EXIT_CODES)
    .addCommand(injectCommand(run))
    .addCommand(uninjectCommand(run))
    .addCommand(explainCommand(run))
    .addCommand(redirectCommand(run))
    .addCommand(configCommand(run))
    .addCommand(serveCommand());
}
