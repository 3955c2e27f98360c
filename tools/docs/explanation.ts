import { formatExplanation } from '../../src/cli/explain/format-explanation.js';
import { explainWorkload } from '../../src/cli/explain/workload-explanation.js';
import { candidateOf } from '../../src/cli/input/candidate.js';
import { Namespaces } from '../../src/cli/input/namespaces.js';
import { loadCliConfiguration } from '../../src/cli/input/open-configuration.js';
import { readManifests } from '../../src/manifests/manifest-file.js';

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    proxy-injection: disabled
spec:
  containers: [{name: app}]
`;

/** Output of `explain` for a Pod that opted out. */
export function explanation(): string {
  const [workload] = readManifests('pod.yaml', POD).workloads;
  if (workload === undefined) throw new Error('expected the Pod to be a workload');
  const context = loadCliConfiguration({}, undefined);
  const namespaces = new Namespaces([], context, {});
  const about = explainWorkload(
    candidateOf(workload, undefined),
    context.injector,
    namespaces,
    context.sources,
  );
  return `\`\`\`\n${formatExplanation(about, (_, text) => text)}\`\`\``;
}
