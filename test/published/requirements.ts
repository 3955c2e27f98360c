import { tool } from '../cluster/local-cluster/tools.js';
import { missingForCluster } from '../cluster/requirements.js';
import { missingCommands, missingFiles } from '../support/containers/requirements.js';

/** Why the suite cannot run here and what to do about it, as one sentence; undefined if it can. */
export function missingForPublished(): string | undefined {
  if (process.env.TEST_KUBECONFIG !== undefined)
    return 'its node pulls from a registry of the test: unset TEST_KUBECONFIG';
  const missing = [...missingCommands('skopeo'), ...missingFiles(tool('registry'))];
  if (missing.length > 0) return `it needs ${missing.join(', ')}: npm run tools (on Debian, as root)`;
  return missingForCluster();
}
