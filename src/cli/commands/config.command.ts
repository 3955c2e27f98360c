import { CliCommand } from '../command.js';
import { CONFIGURATION_FILE } from '../input/input-options.js';
import type { Run } from '../run.js';

/** `config` with its commands and their help. */
export function configCommand(run: Run): CliCommand {
  const check = new CliCommand('check')
    .summary('Tell whether a configuration is valid.')
    .description('Validates a configuration as the service does, and tells everything that is wrong with it.')
    .argument('[FILE]', CONFIGURATION_FILE)
    .example('A file', 'proxy-injector config check config.yaml')
    .action(run(async () => (await import('./config.js')).checkConfig));
  const show = new CliCommand('show')
    .summary('Print the configuration in effect.')
    .description(
      'Prints the configuration in effect as YAML, each value with where it comes from. Values of environment variables of containers ' +
        'are not shown.',
    )
    .argument('[FILE]', CONFIGURATION_FILE)
    .example(
      'A file and the environment',
      'INJECTOR_PROXY_MODE=native proxy-injector config show config.yaml',
    )
    .example('The defaults', 'proxy-injector config show')
    .action(run(async () => (await import('./config.js')).showConfig));
  const docs = new CliCommand('docs')
    .summary('Print the reference of all settings.')
    .description('Prints the reference of all settings as a table in Markdown.')
    .example('The settings of the redirect', 'proxy-injector config docs | grep redirect')
    .action(run(async () => (await import('./config.js')).printReference));
  return new CliCommand('config')
    .summary('Check, show and document configurations.')
    .description('Checks, shows and documents configurations.')
    .helpCommand('help [COMMAND]', 'Show the help of a command.')
    .addCommand(check)
    .addCommand(show)
    .addCommand(docs);
}
