import { InvalidArgumentError, Option } from 'commander';
import { CliCommand } from '../command.js';
import type { Run } from '../run.js';

/** The `agent` command. */
export function agentCommand(run: Run): CliCommand {
  return new CliCommand('agent')
    .summary('Apply the redirects of node mode on this node.')
    .description(
      'Runs the agent of node mode: a plugin of the container runtime (NRI) that applies the redirect of each Pod with ' +
        'the annotation proxy-injection/redirect in its network namespace, before its containers start. The chart runs ' +
        'it on every node. It needs the capabilities SYS_ADMIN and NET_ADMIN, nsenter, and the files of the image ' +
        'proxy-init.',
    )
    .option('--nri-socket <PATH>', 'Path of the NRI socket.', '/var/run/nri/nri.sock')
    .option(
      '--netns-directory <PATH>',
      'Directory in which the runtime keeps network namespaces.',
      '/var/run/netns',
    )
    .addOption(
      new Option('--nri-index <INDEX>', 'Position of the agent among the plugins of the runtime: two digits.')
        .default('10')
        .argParser(twoDigits),
    )
    .addOption(
      new Option('--port <PORT>', 'Port of /livez, /readyz, and /metrics; 0 takes a free one.')
        .default(8080)
        .argParser(port),
    )
    .addOption(
      new Option('--log-level <LEVEL>', 'Least severe level that is logged.')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .option('--proxy-init <PATH>', 'Program that applies the rules.', '/proxy-init')
    .example(
      'Run on a node whose NRI socket is elsewhere',
      'proxy-injector agent --nri-socket /run/containerd/nri.sock',
    )
    .action(run(async () => (await import('./agent.js')).agent));
}

function twoDigits(text: string): string {
  if (/^\d\d$/.test(text)) return text;
  throw new InvalidArgumentError('Expected two digits.');
}

function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 0 to 65535.');
}
