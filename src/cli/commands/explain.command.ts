import { Option } from 'commander';
import { CliCommand } from '../command.js';
import { withContext, withInput } from '../input/input-options.js';
import type { Run } from '../run.js';

/** `explain` with its help. */
export function explainCommand(run: Run): CliCommand {
  const command = new CliCommand('explain')
    .summary('Tell why a Pod gets a proxy or not.')
    .description(
      'Tells for each workload which rules were asked, in order, what each looked at and where that comes from, and then what would be ' +
        'added. It takes manifests, and AdmissionReviews as the API server sends them or as YAML.',
    );
  return withContext(withInput(command))
    .addOption(
      new Option('-o, --output <FORMAT>', 'How it is told.').choices(['text', 'json']).default('text'),
    )
    .example('A manifest', 'proxy-injector explain -f deploy.yaml')
    .example('A Pod that is there', 'kubectl get pod web -o yaml | proxy-injector explain -f -')
    .example('A recorded AdmissionReview', 'proxy-injector explain -f review.json')
    .example('The reasons alone', "proxy-injector explain -o json -f deploy.yaml | jq -r '.[].reason'")
    .action(run(async () => (await import('./explain.js')).explain));
}
