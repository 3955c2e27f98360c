import { InvalidArgumentError, Option } from 'commander';
import { PLUGINS } from '../../policy/objects/policy-object.js';
import { withFromCluster } from '../cluster/connection/connection-options.js';
import { CliCommand } from '../command.js';
import { CONFIGURATION_FILE } from '../input/input-options.js';
import type { Run } from '../run.js';

const LABEL = '[a-z0-9]([a-z0-9-]*[a-z0-9])?';
const NAME = new RegExp(`^${LABEL}(\\.${LABEL})*$`);

/** Leaves room for the suffixes of the objects. */
const MAX_LENGTH = 201;

/** The `policy` command. */
export function policyCommand(run: Run): CliCommand {
  const command = new CliCommand('policy')
    .summary('Print the configuration as admission policies.')
    .description(
      'Prints the configuration as admission policies, with which the API server injects the proxy by itself, without a ' +
        'webhook: a MutatingAdmissionPolicy, ValidatingAdmissionPolicies that deny and warn, and their bindings. Requires ' +
        'Kubernetes 1.36, or 1.37 for static manifests. Fails if the configuration has a setting that policies cannot ' +
        'express.',
    )
    .option('--config <FILE>', CONFIGURATION_FILE);
  return withFromCluster(command)
    .addOption(
      new Option('--name <NAME>', 'The prefix of the names of the objects.')
        .argParser(name)
        .default('proxy-injector'),
    )
    .option(
      '--static',
      'Print static manifests, for the staticManifestsDir of each admission plugin. Nobody can change or delete them ' +
        'through the API.',
    )
    .addOption(
      new Option(
        '--plugin <PLUGIN>',
        'Print only the objects of one admission plugin. Each reads static manifests from a directory of its own.',
      ).choices(Object.keys(PLUGINS)),
    )
    .option('-o, --output <FILE>', 'Write to this file instead of stdout.')
    .example(
      'Inject without a webhook',
      'proxy-injector policy --config config.yaml | kubectl apply --server-side -f -',
    )
    .example(
      'Write the static manifests of one plugin',
      'proxy-injector policy --static --plugin mutating -o mutating.yaml',
    )
    .action(run(async () => (await import('./policy.js')).printPolicies));
}

function name(value: string): string {
  if (value.length <= MAX_LENGTH && NAME.test(value)) return value;
  throw new InvalidArgumentError(
    'Expected a DNS name of at most 201 lowercase letters, digits, dots, and dashes.',
  );
}
