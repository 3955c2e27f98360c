import { Cluster } from './cluster.js';
import { EXTERNAL_KUBECONFIG } from './requirements.js';
import { VALUES } from './values.js';

/** The environment variable with the directory of the shared local cluster. */
const DIRECTORY = 'TEST_CLUSTER';

/**
 * Starts the cluster that the suite's files share, and installs the chart in it. Returns what stops it, and keeps its
 * logs if a test failed.
 */
export async function startShared(
  show: (text: string) => void,
): Promise<(isFailed: boolean) => Promise<void>> {
  const cluster = EXTERNAL_KUBECONFIG === undefined ? await Cluster.start() : Cluster.of(EXTERNAL_KUBECONFIG);
  const { local } = cluster;
  if (local !== undefined) process.env[DIRECTORY] = local.sandbox.directory;
  else show(`using the cluster in ${EXTERNAL_KUBECONFIG}: ${cluster.api.url}\n`);
  const end = async (isFailed: boolean) => {
    if (isFailed && local !== undefined) show(`cluster logs: ${await local.keepLogs()}\n`);
    await cluster.stop();
  };
  try {
    await cluster.install(VALUES);
  } catch (error) {
    await end(true);
    throw error;
  }
  return end;
}

/** The cluster that the suite's files share. */
export function sharedCluster(): Cluster {
  const directory = process.env[DIRECTORY];
  if (directory !== undefined) return Cluster.attach(directory);
  if (EXTERNAL_KUBECONFIG !== undefined) return Cluster.of(EXTERNAL_KUBECONFIG);
  throw new Error('no cluster: run `npm test -- cluster`, which starts one, or set TEST_CLUSTER');
}

/** Why to skip a test on an external cluster; false on a local one. */
export function skipUnlessLocal({ local }: Cluster, why = 'it breaks the control plane'): string | false {
  return local === undefined && `${why}, so it needs a local cluster`;
}
