import { CliCommand } from '../command.js';

/** `serve` with its help. */
export function serveCommand(): CliCommand {
  return new CliCommand('serve')
    .summary('Run the webhook.')
    .description('Runs the webhook, as npm start does. INJECTOR_CONFIG and INJECTOR_* configure it.')
    .example('On a laptop', 'INJECTOR_WEBHOOK_PORT=0 INJECTOR_MANAGEMENT_PORT=0 proxy-injector serve')
    .action(async () => {
      await import('../../main.js');
    });
}
