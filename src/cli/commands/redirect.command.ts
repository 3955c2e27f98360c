import { Option } from 'commander';
import { RULE_TOOLS } from '../../core/redirect/ruleset.js';
import { CliCommand } from '../command.js';
import { withContext, withInput } from '../input/input-options.js';
import type { Run } from '../run.js';

/** The `redirect` command. */
export function redirectCommand(run: Run): CliCommand {
  const command = new CliCommand('redirect')
    .summary('Print the redirect rules.')
    .description(
      'Prints the redirect rules of a workload or, without input, of the configuration alone: the text that the init ' +
        'container or, in node mode, the agent passes to nft, iptables-restore, or ip6tables-restore. With several ' +
        'workloads, a line with the name of each precedes its rules, and no tool accepts the output as a whole.',
    );
  return withContext(withInput(command))
    .addOption(
      new Option(
        '--format <FORMAT>',
        'Tool to print the rules for. nft takes both IP families, the others one each.',
      )
        .choices(RULE_TOOLS)
        .default('nft'),
    )
    .example('Print the rules of a configuration', 'proxy-injector redirect --config config.yaml')
    .example('Print the iptables rules of a Pod', 'proxy-injector redirect --format iptables -f pod.yaml')
    .action(run(async () => (await import('./redirect.js')).redirect));
}
