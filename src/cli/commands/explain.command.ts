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
        'and what would be added. Accepts manifests and AdmissionReviews, as YAML or JSON, and objects of a cluster by ' +
        "name. For the latter, it uses the configuration of the cluster's injector and shows the latest Events.",
    );
  withInput(command);
  for (const argument of command.registeredArguments) {
    argument.description = 'Same as -f FILE, or TYPE/NAME for an object of the cluster, such as pod/web.';
  }
  return withContext(command)
    .addOption(
      new Option('-o, --output <FORMAT>', 'Output format.').choices(['text', 'json']).default('text'),
    )
    .example('Explain a manifest', 'proxy-injector explain -f deploy.yaml')
    .example('Explain a Pod of the cluster', 'proxy-injector explain -n shop pod/web-1')
    .example('Explain a workload of the cluster', 'proxy-injector explain -n shop deployment/web')
    .example('Explain the output of kubectl', 'kubectl get pod web -o yaml | proxy-injector explain -f -')
    .example('Explain a recorded AdmissionReview', 'proxy-injector explain -f review.json')
    .example('Print only the reasons', "proxy-injector explain -o json -f deploy.yaml | jq -r '.[].reason'")
    .action(run(async () => (await import('./explain.js')).explain));
}
