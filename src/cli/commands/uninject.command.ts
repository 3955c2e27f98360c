import { CliCommand } from '../command.js';
import { withInput } from '../input/input-options.js';
import { withOutput } from '../output/output-options.js';
import type { Run } from '../run.js';

/** `uninject` with its help. */
export function uninjectCommand(run: Run): CliCommand {
  const command = new CliCommand('uninject')
    .summary('Take the proxy out of manifests.')
    .description(
      'Takes out of Pods and Pod templates what the injector put in, and nothing else: from manifests that were injected, and from ' +
        'live objects.',
    );
  return withOutput(withInput(command))
    .example('What would change', 'proxy-injector uninject --diff -f injected.yaml')
    .example(
      'From a live object',
      'kubectl get deployment web -o yaml | proxy-injector uninject -f - | kubectl apply -f -',
    )
    .action(run(async () => (await import('./uninject.js')).uninject));
}
