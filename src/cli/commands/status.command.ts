import { InvalidArgumentError, Option } from 'commander';
import { withConnection, withNamespaces } from '../cluster/connection/connection-options.js';
import { CliCommand } from '../command.js';
import { CONFIGURATION_FILE } from '../input/input-options.js';
import type { Run } from '../run.js';

/** The `status` command. */
export function statusCommand(run: Run): CliCommand {
  const command = new CliCommand('status')
    .summary('Show which workloads of a cluster have a current proxy.')
    .description(
      'Shows for each workload how many of its Pods have a proxy, why the others have none, whether the proxies are ' +
        'ready, and whether they are what would be injected now. What needs attention comes first. Needs permission to ' +
        'list Pods; what else it may not read, it says, and does without.',
    )
    .argument('[WORKLOAD]', 'Only this workload: TYPE/NAME, such as deployment/web, or a Pod.');
  return withNamespaces(withConnection(command))
    .option(
      '--config <FILE>',
      `${CONFIGURATION_FILE} Compare with it instead of the configuration in the cluster.`,
    )
    .addOption(new Option('-o, --output <FORMAT>', 'Output format.').choices(['wide', 'json', 'yaml']))
    .addOption(
      new Option(
        '-w, --watch',
        'Repeat until Ctrl-C. Redraws a terminal; otherwise, prints what has changed.',
      ),
    )
    .addOption(
      new Option('--interval <SECONDS>', 'How often to repeat with --watch.').default(5).argParser(seconds),
    )
    .example('Show the workloads of the current namespace', 'proxy-injector status')
    .example('Show all, with images and versions', 'proxy-injector status --all-namespaces --output wide')
    .example('Show one workload', 'proxy-injector status --namespace shop deployment/web')
    .example(
      'List the workloads with stale proxies',
      "proxy-injector status -A -o json | jq -r '.workloads[] | select(.stale.pods > 0) | .name'",
    )
    .action(run(async () => (await import('./status.js')).status));
}

function seconds(value: string): number {
  if (/^[1-9]\d{0,3}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Expected a number of seconds.');
}
