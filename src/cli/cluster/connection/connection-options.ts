import { Option } from 'commander';
import type { CliCommand } from '../../command.js';

/** Which cluster a command connects to. */
export interface ConnectionOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Whether a command reads the configuration of the cluster instead of a file. */
export interface FromClusterOptions extends ConnectionOptions {
  readonly fromCluster?: true;
}

/** Adds `--from-cluster`, which excludes `--config`, and the options of the connection. */
export function withFromCluster(command: CliCommand): CliCommand {
  return withConnection(
    command.addOption(
      new Option(
        '--from-cluster',
        'Use the configuration of the injector in your cluster instead of a file. INJECTOR_* variables do not override it.',
      ).conflicts('config'),
    ),
  );
}

/** Adds `--kubeconfig` and `--context`, as in kubectl. */
export function withConnection(command: CliCommand): CliCommand {
  return command
    .addOption(new Option('--kubeconfig <FILE>', 'The kubeconfig (default: $KUBECONFIG, or ~/.kube/config).'))
    .addOption(new Option('--context <NAME>', 'The context of the kubeconfig (default: its current one).'));
}
