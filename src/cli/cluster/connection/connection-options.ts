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
        'Use the configuration of the injector in your cluster. INJECTOR_* variables do not override it.',
      ).conflicts('config'),
    ),
  );
}

/** Which namespaces a command reads. */
export interface NamespaceOptions {
  readonly namespace?: string;
  readonly allNamespaces?: true;
}

/** Adds `-n` and `-A`, as in kubectl. */
export function withNamespaces(command: CliCommand): CliCommand {
  return command
    .option('-n, --namespace <NAME>', "The namespace (default: the context's).")
    .addOption(new Option('-A, --all-namespaces', 'All namespaces.').conflicts('namespace'));
}

/** Adds `--kubeconfig` and `--context`, as in kubectl. */
export function withConnection(command: CliCommand): CliCommand {
  return command
    .addOption(new Option('--kubeconfig <FILE>', 'The kubeconfig (default: $KUBECONFIG, or ~/.kube/config).'))
    .addOption(new Option('--context <NAME>', 'The context of the kubeconfig (default: its current one).'));
}
