import { CliCommand } from '../command.js';
import { withContext, withInput } from '../input/input-options.js';
import { withOutput } from '../output/output-options.js';
import type { Run } from '../run.js';

/** The `inject` command. */
export function injectCommand(run: Run): CliCommand {
  const command = new CliCommand('inject')
    .summary('Inject the proxy into manifests.')
    .description(
      'Injects the proxy into the Pods and Pod templates of manifests, as the webhook would. ' +
        'Leaves everything else unchanged, including comments and quoting. Per-workload results go to stderr.',
    );
  return withContext(withOutput(withInput(command)))
    .option(
      '--strict',
      'Exit with 1 if there are no workloads, or if one is left without the current proxy, is of an unknown kind, or ' +
        'is kept from the webhook by its labels.',
    )
    .option('--replace', 'Replace the proxy of injected workloads, as uninject and then inject would.')
    .example('Show what would change', 'proxy-injector inject --diff -f deploy.yaml')
    .example(
      'Read from stdin and apply the result',
      'cat deploy.yaml | proxy-injector inject -f - | kubectl apply -f -',
    )
    .example('Inject a directory in place', 'proxy-injector inject --in-place -f manifests')
    .example(
      'Replace proxies of another configuration in place',
      'proxy-injector inject --replace --in-place --config config.yaml -f manifests',
    )
    .example(
      "Use a cluster's configuration and set a namespace annotation",
      'proxy-injector inject --config config.yaml --namespace-annotation proxy-injection/mode=native -o out.yaml deploy.yaml',
    )
    .action(run(async () => (await import('./inject.js')).inject));
}
