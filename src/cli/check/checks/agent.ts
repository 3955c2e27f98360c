import { asList, asObject, type JsonObject } from '../../../core/values/json.js';
import { clusterConfiguration } from '../../cluster/injector/cluster-configuration.js';
import { pullConfiguration } from '../../cluster/injector/pulled-configuration.js';
import { RESOURCES } from '../../cluster/resources.js';
import { labelSelectorOf } from '../../cluster/workload-reference.js';
import { ClusterError } from '../../cluster-error.js';
import { type Check, type Finding, problems } from '../check.js';
import type { Installation } from '../installation.js';
import { list } from '../list.js';

/** Every node has what sets up the redirect in node mode. */
export const agent: Check = {
  id: 'agent',
  title: 'In node mode, an agent is ready on every node',
  async run(installation) {
    const { name: service, namespace } = await installation.service();
    const name = `${service}-agent`;
    const daemonSet = await findDaemonSet(installation, name, namespace);
    return daemonSet === undefined
      ? withoutAgent(installation, `${name} -n ${namespace}`)
      : ofAgent(installation, daemonSet, namespace);
  },
};

async function findDaemonSet(
  { cluster }: Installation,
  name: string,
  namespace: string,
): Promise<JsonObject | undefined> {
  try {
    return await cluster.get(RESOURCES.daemonSets, name, namespace);
  } catch (error) {
    if (error instanceof ClusterError && error.isNotFound) return undefined;
    throw error;
  }
}

async function withoutAgent({ cluster }: Installation, name: string): Promise<Finding> {
  const { configuration } = clusterConfiguration(await pullConfiguration(cluster));
  if (configuration.redirect.by === 'pod') return { detail: 'not in node mode', problems: [] };
  return problems({
    severity: 'failed',
    message: `redirect.by is node, but there is no daemonset/${name}: injected Pods wait and never start`,
    hint: 'Set agent.enabled in the chart, or config.redirect.by to pod.',
  });
}

async function ofAgent(
  { cluster }: Installation,
  { spec, status }: JsonObject,
  namespace: string,
): Promise<Finding> {
  const desired = Number(asObject(status).desiredNumberScheduled ?? 0);
  const labelSelector = labelSelectorOf(asObject(asObject(spec).selector).matchLabels);
  const pods = await cluster.list(RESOURCES.pods, { namespace, ...(labelSelector && { labelSelector }) });
  const nodes = (await cluster.list(RESOURCES.nodes, {})).filter(isLinux).length;
  const unready = unreadyNodes(pods);
  const missing = desired - new Set(pods.map(nodeOf)).size;
  return {
    detail: `${desired - unready.length - Math.max(missing, 0)} of ${desired} nodes`,
    ...problems(
      unready.length > 0 && {
        severity: 'failed',
        message: `the agent is not ready on ${list(unready)}, where injected Pods wait`,
        hint: `It is ready once it is connected to NRI, which containerd has on by default from 2.0, and CRI-O from 1.30. Its log says what is missing: kubectl -n ${namespace} logs --prefix -l ${labelSelector}`,
      },
      missing > 0 && {
        severity: 'failed',
        message: `${missing} of ${desired} nodes have no Pod of the agent, so injected Pods wait there`,
        hint: `The Events of the DaemonSet say why. Its namespace ${namespace} must allow the Pod Security level privileged.`,
      },
      desired < nodes && {
        severity: 'warning',
        message: `the agent is for ${desired} of ${nodes} Linux nodes; injected Pods wait on the others`,
        hint: 'Change agent.nodeSelector, agent.tolerations, or agent.affinity, unless no injected Pod runs there.',
      },
    ),
  };
}

/** The nodes on which no Pod is ready. During an update, a node has two. */
function unreadyNodes(pods: readonly JsonObject[]): string[] {
  const ready = new Set(pods.filter(isReady).map(nodeOf));
  return [...new Set(pods.map(nodeOf))].filter((node) => !ready.has(node)).sort();
}

function isReady({ status }: JsonObject): boolean {
  const conditions = asList(asObject(status).conditions).map(asObject);
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** Controllers create Pods of a DaemonSet for a node, which the scheduler may not have assigned yet. */
function nodeOf({ spec }: JsonObject): string {
  return String(asObject(spec).nodeName ?? 'a node that it waits for');
}

function isLinux({ metadata }: JsonObject): boolean {
  return asObject(asObject(metadata).labels)['kubernetes.io/os'] !== 'windows';
}
