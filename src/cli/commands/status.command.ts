import { InvalidArgumentError, Option } from 'commander';
import { withConnection, withNamespaces } from '../cluster/connection/connection-options.js';
import { CliCommand } from '../command.js';
import type { Run } from '../run.js';

/** The `status` command. */
export function statusCommand(run: Run): CliCommand {
  const command = new CliCommand('status')
    .summary('Show which workloads of a cluster have a current proxy.')
    .description(
      'Shows for each workload how many of its Pods have a proxy, why the others have none, whether the proxies are ' +
        'ready, and whether they are what would be injected now. What needs attention comes first. Only needs permission ' +
        'to list Pods: if it cannot read the rest, it says so and shows less.',
    )
    .argument('[WORKLOAD]', 'Show only this workload or Pod: TYPE/NAME, such as deployment/web.');
  return withNamespaces(withConnection(command))
    .option(
      '--config <FILE>',
      'Compare with this configuration file instead of the configuration in the cluster.',
    )
    .addOption(new Option('-o, --output <FORMAT>', 'Output format.').choices(['wide', 'json', 'yaml']))
    .addOption(
      new Option(
        '-w, --watch',
        'Repeat until interrupted: redraw a terminal, or else print the lines that change.',
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
  throw new InvalidArgumentError('Expected a number of seconds from 1 to 9999.');
}
