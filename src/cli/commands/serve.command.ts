import { CliCommand } from '../command.js';

/** The `serve` command. */
export function serveCommand(): CliCommand {
  return new CliCommand('serve')
    .summary('Run the webhook.')
    .description('Runs the webhook, like npm start. Configured by INJECTOR_CONFIG and INJECTOR_* variables.')
    .example(
      'Run on a laptop, on free ports',
      'INJECTOR_WEBHOOK_PORT=0 INJECTOR_MANAGEMENT_PORT=0 proxy-injector serve',
    )
    .action(async () => {
      await import('../../main.js');
    });
}
