import { PRODUCT_VERSION } from '../core/version.js';
import { CliCommand } from './command.js';
import { agentCommand } from './commands/agent.command.js';
import { checkCommand } from './commands/check.command.js';
import { completeCommand, completionCommand } from './commands/completion.command.js';
import { configCommand } from './commands/config.command.js';
import { explainCommand } from './commands/explain.command.js';
import { injectCommand } from './commands/inject.command.js';
import { policyCommand } from './commands/policy.command.js';
import { redirectCommand } from './commands/redirect.command.js';
import { restartCommand } from './commands/restart.command.js';
import { serveCommand } from './commands/serve.command.js';
import { statusCommand } from './commands/status.command.js';
import { uninjectCommand } from './commands/uninject.command.js';
import type { Run } from './run.js';

const EXIT_CODES = `
Exit codes:
  0  The command succeeded.
  1  A Pod was denied; with --strict, a workload was left without the current proxy; a check failed;
     or the cluster could not be reached or rejected a request.
  2  The input, the configuration, or the command line is invalid.`;

/** Creates the command line with all its commands. `name` is how the user calls it. */
export function createProgram(run: Run, name = 'proxy-injector'): CliCommand {
  return new CliCommand(name)
    .description(
      'Injects a traffic proxy into Pods: in a cluster as an admission webhook, or offline into manifests.',
    )
    .version(PRODUCT_VERSION, '-V, --version', 'Print the version.')
    .enablePositionalOptions()
    .helpCommand('help [COMMAND]', 'Show help for a command.')
    .addHelpText('after', EXIT_CODES)
    .addCommand(injectCommand(run))
    .addCommand(uninjectCommand(run))
    .addCommand(explainCommand(run))
    .addCommand(redirectCommand(run))
    .addCommand(policyCommand(run))
    .addCommand(configCommand(run))
    .addCommand(statusCommand(run))
    .addCommand(checkCommand(run))
    .addCommand(restartCommand(run))
    .addCommand(serveCommand())
    .addCommand(agentCommand(run))
    .addCommand(completionCommand(run))
    .addCommand(completeCommand(run), { hidden: true });
}
