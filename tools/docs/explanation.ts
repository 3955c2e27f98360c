import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatExplanation } from '../../src/cli/explain/format-explanation.js';
import { explainWorkload } from '../../src/cli/explain/workload-explanation.js';
import { candidateOf } from '../../src/cli/input/candidate.js';
import { Namespaces } from '../../src/cli/input/namespaces.js';
import { loadCliConfiguration } from '../../src/cli/input/open-configuration.js';
import { ServiceAccounts } from '../../src/cli/input/service-accounts.js';
import { OwnGuard } from '../../src/cli/selection/own-guard.js';
import { OwnWebhooks } from '../../src/cli/selection/own-webhooks.js';
import { readManifests } from '../../src/manifests/manifest-file.js';
import { ROOT } from '../checkout.js';

/** A Pod that opted out. */
const EXAMPLE = 'docs/examples/pod.yaml';

/** Output of `proxy-injector explain -f docs/examples/pod.yaml`. */
export function explanation(): string {
  const [workload] = readManifests(EXAMPLE, readFileSync(join(ROOT, EXAMPLE), 'utf8')).workloads;
  if (workload === undefined) throw new Error('expected the Pod to be a workload');
  const configuration = loadCliConfiguration({}, {});
  const explained = explainWorkload(candidateOf(workload, undefined), {
    ...configuration,
    namespaces: new Namespaces([], configuration, { annotations: {}, labels: {} }),
    serviceAccounts: new ServiceAccounts([]),
    webhooks: OwnWebhooks.NONE,
    guard: OwnGuard.NONE,
  });
  return `\`\`\`\n${formatExplanation(explained, (_, text) => text)}\`\`\``;
}
