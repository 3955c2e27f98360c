import { Option } from 'commander';
import { FAMILIES } from '../../core/redirect/redirect.js';
import { CliCommand } from '../command.js';
import { withContext, withInput } from '../input/input-options.js';
import type { Run } from '../run.js';

/** The `redirect` command. */
export function redirectCommand(run: Run): CliCommand {
  const command = new CliCommand('redirect')
    .summary('Print the redirect rules.')
    .description(
      'Prints the iptables rules that the init container applies, in iptables-restore format: for each workload, ' +
        'or, without input, for the configuration alone.',
    );
  return withContext(withInput(command))
    .addOption(new Option('--family <FAMILY>', 'Print only the rules of this IP family.').choices(FAMILIES))
    .example('Print the rules of a configuration', 'proxy-injector redirect --config config.yaml')
    .example('Print the IPv4 rules of a Pod', 'proxy-injector redirect --family ipv4 -f pod.yaml')
    .action(run(async () => (await import('./redirect.js')).redirect));
}
