import { withFromCluster } from '../cluster/connection/connection-options.js';
import { CliCommand } from '../command.js';
import { withInput } from '../input/input-options.js';
import { withOutput } from '../output/output-options.js';
import type { Run } from '../run.js';

/** The `uninject` command. */
export function uninjectCommand(run: Run): CliCommand {
  const command = new CliCommand('uninject')
    .summary('Remove the proxy from manifests.')
    .description(
      'Removes from Pods and Pod templates what the injector added, and nothing else. ' +
        'Accepts injected manifests and live objects. Per-workload results go to stderr.',
    );
  withOutput(withInput(command)).option(
    '--config <FILE>',
    'A configuration file, read only for `manifests.kinds`. $INJECTOR_CONFIG is ignored.',
  );
  return withFromCluster(command)
    .example('Show what would change', 'proxy-injector uninject --diff -f injected.yaml')
    .example(
      'Remove the proxy from a live object',
      'kubectl get deployment web -o yaml | proxy-injector uninject -f - | kubectl apply -f -',
    )
    .action(run(async () => (await import('./uninject.js')).uninject));
}
