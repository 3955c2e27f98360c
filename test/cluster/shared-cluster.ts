import { Cluster } from './cluster.js';
import { EXTERNAL_KUBECONFIG } from './requirements.js';
import { VALUES } from './values.js';

/** The environment variable that tells the tests the directory of the cluster that they share. */
const DIRECTORY = 'TEST_CLUSTER';

/** Starts the cluster that the files of the suite share, with the chart installed. What ends it, and keeps its logs if a test has failed. */
export async function startShared(
  show: (text: string) => void,
): Promise<(isFailed: boolean) => Promise<void>> {
  const cluster = EXTERNAL_KUBECONFIG === undefined ? await Cluster.start() : Cluster.of(EXTERNAL_KUBECONFIG);
  const { local } = cluster;
  if (local !== undefined) process.env[DIRECTORY] = local.sandbox.directory;
  else show(`on the cluster of ${EXTERNAL_KUBECONFIG}, ${cluster.api.url}\n`);
  const end = async (isFailed: boolean) => {
    if (isFailed && local !== undefined) show(`logs of the cluster: ${await local.keepLogs()}\n`);
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

/** The cluster that the files of the suite share. */
export function sharedCluster(): Cluster {
  const directory = process.env[DIRECTORY];
  if (directory !== undefined) return Cluster.attach(directory);
  if (EXTERNAL_KUBECONFIG !== undefined) return Cluster.of(EXTERNAL_KUBECONFIG);
  throw new Error('the tests of a cluster run by `npm test -- cluster`, which starts it');
}

/** Why a test is left out on a cluster that is not ours to break; false if it is. */
export function skipUnlessLocal({ local }: Cluster, why = 'it breaks the control plane'): string | false {
  return local === undefined && `${why}, and the cluster is not ours`;
}
