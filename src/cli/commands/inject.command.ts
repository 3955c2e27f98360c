import { CliCommand } from '../command.js';
import { withContext, withInput } from '../input/input-options.js';
import { withOutput } from '../output/output-options.js';
import type { Run } from '../run.js';

/** `inject` with its help. */
export function injectCommand(run: Run): CliCommand {
  const command = new CliCommand('inject')
    .summary('Put the proxy into manifests.')
    .description(
      'Puts the proxy into the Pods and Pod templates of manifests, as the webhook would put it into the Pods. ' +
        'All else stays as it is, comments and quoting included. What came of each workload is told on the standard error.',
    );
  return withContext(withOutput(withInput(command)))
    .option(
      '--strict',
      'A workload that is left without a proxy is an error, and so is an input without any: exit with 1.',
    )
    .example('What would change', 'proxy-injector inject --diff -f deploy.yaml')
    .example('From a pipe into a pipe', 'cat deploy.yaml | proxy-injector inject -f - | kubectl apply -f -')
    .example('A directory, in place', 'proxy-injector inject --in-place -f manifests')
    .example(
      'With the configuration of a cluster, and an annotation of the namespace',
      'proxy-injector inject --config config.yaml --namespace-annotation proxy-injection/mode=native -o out.yaml deploy.yaml',
    )
    .action(run(async () => (await import('./inject.js')).inject));
}
