import { Option } from 'commander';
import { CliCommand } from '../command.js';
import { withContext, withInput } from '../input/input-options.js';
import type { Run } from '../run.js';

/** The `explain` command. */
export function explainCommand(run: Run): CliCommand {
  const command = new CliCommand('explain')
    .summary('Explain why a Pod does or does not get a proxy.')
    .description(
      'Shows for each workload the rules that were evaluated, the values they read and where those come from, ' +
        'and what would be added. Accepts manifests and AdmissionReviews, as YAML or JSON, and the names of objects in a ' +
        "cluster: then by the configuration of the cluster's injector, and with the Events about them.",
    );
  withInput(command);
  for (const argument of command.registeredArguments) {
    argument.description = 'Same as -f FILE; or TYPE/NAME, such as pod/web: an object of the cluster.';
  }
  return withContext(command)
    .addOption(
      new Option('-o, --output <FORMAT>', 'Output format.').choices(['text', 'json']).default('text'),
    )
    .example('Explain a manifest', 'proxy-injector explain -f deploy.yaml')
    .example('Explain a Pod of a cluster, and its Events', 'proxy-injector explain -n shop pod/web-1')
    .example('Explain a workload of a cluster', 'proxy-injector explain -n shop deployment/web')
    .example(
      'Explain a live Pod without connecting',
      'kubectl get pod web -o yaml | proxy-injector explain -f -',
    )
    .example('Explain a recorded AdmissionReview', 'proxy-injector explain -f review.json')
    .example('Print only the reasons', "proxy-injector explain -o json -f deploy.yaml | jq -r '.[].reason'")
    .action(run(async () => (await import('./explain.js')).explain));
}
