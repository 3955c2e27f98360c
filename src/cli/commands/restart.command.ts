import { InvalidArgumentError, Option } from 'commander';
import { withConnection, withNamespaces } from '../cluster/connection/connection-options.js';
import { CliCommand } from '../command.js';
import type { Run } from '../run.js';

const UNITS = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** The `restart` command. */
export function restartCommand(run: Run): CliCommand {
  const command = new CliCommand('restart')
    .summary('Restart workloads to give their Pods the current proxy.')
    .description(
      'Restarts Deployments, StatefulSets, DaemonSets, and Argo Rollouts, as kubectl rollout restart does. ' +
        'Waits for each batch of workloads to become ready before it restarts the next, and stops at the first workload ' +
        'that does not, or whose new Pods still lack the current proxy. Asks for confirmation first.',
    )
    .argument('[WORKLOAD]', 'The workload to restart: TYPE/NAME, such as deployment/web.');
  return withNamespaces(withConnection(command))
    .option('--stale', 'Restart the workloads that status shows as stale.')
    .option(
      '--never-asked',
      'Restart the workloads with Pods that never reached the webhook and would be injected now.',
    )
    .addOption(
      new Option('--batch-size <NUMBER>', 'How many workloads to restart at a time.')
        .default(1)
        .argParser(positive),
    )
    .addOption(
      new Option('--timeout <DURATION>', 'How long to wait for each workload, such as 90s or 5m.')
        .default(5 * UNITS.m, '5m')
        .argParser(duration),
    )
    .option('--dry-run', 'Only print what would be restarted.')
    .option('-y, --yes', 'Restart without asking for confirmation.')
    .example('List what is stale in the current namespace', 'proxy-injector restart --stale --dry-run')
    .example(
      'Restart all stale workloads, three at a time',
      'proxy-injector restart --stale -A --batch-size 3 --yes',
    )
    .example('Restart one workload', 'proxy-injector restart -n shop deployment/web --yes')
    .action(run(async () => (await import('./restart.js')).restart));
}

function positive(value: string): number {
  if (/^[1-9]\d{0,3}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Expected a number from 1 to 9999.');
}

function duration(value: string): number {
  const [, number, unit] = /^([1-9]\d{0,4})([smh])$/.exec(value) ?? [];
  if (number !== undefined) return Number(number) * UNITS[unit as keyof typeof UNITS];
  throw new InvalidArgumentError('Expected a duration such as 90s or 5m.');
}
