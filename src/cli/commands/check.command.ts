import { Option } from 'commander';
import { withConnection } from '../cluster/connection/connection-options.js';
import { CliCommand } from '../command.js';
import type { Run } from '../run.js';

/** The `check` command. */
export function checkCommand(run: Run): CliCommand {
  const command = new CliCommand('check')
    .summary('Check the installation in a cluster.')
    .description(
      'Checks the installation in a cluster, and tries Pods as server-side dry runs. Changes nothing. ' +
        'Each problem comes with a hint and a link. Exits with 1 if a check fails.',
    );
  return withConnection(command)
    .option('-n, --namespace <NAME>', 'The namespace to try a Pod in; with --pre, the one to install in.')
    .option('--pre', 'Check whether a cluster is ready for the installation.')
    .addOption(
      new Option('-o, --output <FORMAT>', 'Output format.').choices(['text', 'json']).default('text'),
    )
    .example('Check an installation', 'proxy-injector check')
    .example('Check a cluster before an installation', 'proxy-injector check --pre -n proxy-injector')
    .example(
      'List the checks that failed',
      'proxy-injector check -o json | jq -r \'.[] | select(.status == "failed").check\'',
    )
    .action(run(async () => (await import('./check.js')).check));
}
