import { withConnection, withFromCluster } from '../cluster/connection/connection-options.js';
import { CliCommand } from '../command.js';
import { CONFIGURATION_FILE, kubeVersionOption } from '../input/input-options.js';
import type { Run } from '../run.js';

/** The `config` command and its subcommands. */
export function configCommand(run: Run): CliCommand {
  const check = withFromCluster(new CliCommand('check'))
    .summary('Validate a configuration.')
    .description('Validates a configuration as the service does and lists every error.')
    .argument('[FILE]', CONFIGURATION_FILE)
    .addOption(kubeVersionOption())
    .example('Validate a file', 'proxy-injector config check config.yaml')
    .example(
      "Validate the section `config` of the chart's values",
      'proxy-injector config check --kube-version 1.33 config.yaml',
    )
    .action(run(async () => (await import('./config.js')).checkConfig));
  const show = withFromCluster(new CliCommand('show'))
    .summary('Print the effective configuration.')
    .description(
      'Prints the effective configuration as YAML, with the source of each value. ' +
        'The values of container environment variables are redacted.',
    )
    .argument('[FILE]', CONFIGURATION_FILE)
    .addOption(kubeVersionOption())
    .example(
      'Combine a file with the environment',
      'INJECTOR_PROXY_MODE=native proxy-injector config show config.yaml',
    )
    .example('Print the defaults', 'proxy-injector config show')
    .example("Print your cluster's configuration", 'proxy-injector config show --from-cluster')
    .action(run(async () => (await import('./config.js')).showConfig));
  const pull = withConnection(new CliCommand('pull'))
    .summary("Write a cluster's configuration to a file.")
    .description(
      'Writes the configuration of the injector in a cluster as a file for --config: its ConfigMap, with the ' +
        'INJECTOR_* variables of its Deployment applied. Needs permission to list MutatingWebhookConfigurations, and to read ' +
        "the Service, the Deployments, and the ConfigMap in the injector's namespace.",
    )
    .option('-o, --output <FILE>', 'Write to this file instead of stdout.')
    .example('Write a file to use offline', 'proxy-injector config pull -o config.yaml')
    .example('Print the configuration of another cluster', 'proxy-injector config pull --context production')
    .action(run(async () => (await import('./config.js')).pullConfig));
  const docs = new CliCommand('docs')
    .summary('Print the settings reference.')
    .description('Prints the reference of all settings as a Markdown table.')
    .example('List the settings of the redirect', 'proxy-injector config docs | grep redirect')
    .action(run(async () => (await import('./config.js')).printReference));
  const schema = new CliCommand('schema')
    .summary('Print the JSON Schema of a configuration.')
    .description('Prints the JSON Schema of a configuration, with which editors complete and check it.')
    .example('Write it next to a configuration', 'proxy-injector config schema >configuration.schema.json')
    .action(run(async () => (await import('./config.js')).printSchema));
  return new CliCommand('config')
    .summary('Validate, print, and document the configuration.')
    .description('Validates, prints, and documents the configuration.')
    .helpCommand('help [COMMAND]', 'Show help for a command.')
    .addCommand(check)
    .addCommand(show)
    .addCommand(pull)
    .addCommand(docs)
    .addCommand(schema);
}
