import { Option } from 'commander';
import { FAMILIES } from '../../core/redirect/redirect.js';
import { CliCommand } from '../command.js';
import { withContext, withInput } from '../input/input-options.js';
import type { Run } from '../run.js';

/** `redirect` with its help. */
export function redirectCommand(run: Run): CliCommand {
  const command = new CliCommand('redirect')
    .summary('Print the rules of the redirect.')
    .description(
      'Prints the rules that the init container applies, as iptables-restore takes them: for each workload, or without one for the ' +
        'configuration alone.',
    );
  return withContext(withInput(command))
    .addOption(new Option('--family <FAMILY>', 'Only the rules of this family.').choices(FAMILIES))
    .example('For the configuration alone', 'proxy-injector redirect --config config.yaml')
    .example('What a Pod gets', 'proxy-injector redirect --family ipv4 -f pod.yaml')
    .action(run(async () => (await import('./redirect.js')).redirect));
}
