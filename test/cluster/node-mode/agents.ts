import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import type { Cluster } from '../cluster.js';
import type { LocalCluster } from '../local-cluster/local-cluster.js';
import { RELEASE } from '../release.js';
import { VALUES } from '../values.js';

const SELECTOR = 'app.kubernetes.io/component=agent';
const DAEMON_SET = `daemonset/${RELEASE}-agent`;
/** A label that no node has. */
const NOWHERE = 'tests/agent';

/** The values of the shared release in node mode. */
export const NODE_MODE = {
  ...VALUES,
  agent: { enabled: true },
  config: {
    ...VALUES.config,
    proxy: { ...VALUES.config.proxy, mode: 'native' },
    redirect: { by: 'node' },
  },
};

/** The agents of the shared release, in a local cluster, which has one node. */
export class Agents {
  readonly #local: LocalCluster;

  constructor(readonly cluster: Cluster) {
    if (cluster.local === undefined) throw new Error('the agents of an external cluster are not for tests');
    this.#local = cluster.local;
  }

  list(): Promise<KubernetesObject[]> {
    return this.cluster.pods(RELEASE, SELECTOR);
  }

  /** Waits until there is one agent, which is ready. */
  async settled(): Promise<KubernetesObject> {
    let pods: KubernetesObject[] = [];
    await until(async () => {
      pods = await this.list();
      return pods.length === 1 && pods.every(isReady);
    });
    return pods[0];
  }

  /** Removes the agent from the node, and waits until it is gone. */
  async remove(): Promise<void> {
    await this.#select({ [NOWHERE]: 'none' });
    await until(async () => (await this.list()).length === 0);
  }

  /** Lets the agent run on the node again, without waiting for it. */
  restore(): Promise<void> {
    return this.#select({ [NOWHERE]: null });
  }

  /** Replaces the agent as an upgrade does, and waits until its successor is the only one. */
  async replace(): Promise<void> {
    await this.cluster.kubectl('rollout', 'restart', DAEMON_SET, '--namespace', RELEASE);
    await this.cluster.kubectl('rollout', 'status', DAEMON_SET, '--namespace', RELEASE, '--timeout=120s');
    await this.settled();
  }

  /** Kills the process of the agent. The kubelet starts it again. */
  async kill(): Promise<void> {
    await this.#local.kill(await this.#container());
  }

  /** Stops the process of the agent with SIGSTOP, and returns what continues it. */
  async stop(): Promise<() => Promise<void>> {
    const id = await this.#container();
    await this.#local.suspend(id, true);
    return () => this.#local.suspend(id, false);
  }

  /** Freezes the agent, and returns what thaws it. */
  async freeze(): Promise<() => Promise<void>> {
    const id = await this.#container();
    await this.#local.freeze(id, true);
    return () => this.#local.freeze(id, false);
  }

  async #container(): Promise<string> {
    const { status } = await this.settled();
    return status.containerStatuses[0].containerID;
  }

  async #select(nodeSelector: object): Promise<void> {
    const patch = JSON.stringify({ spec: { template: { spec: { nodeSelector } } } });
    await this.cluster.kubectl('patch', DAEMON_SET, '--namespace', RELEASE, '--patch', patch);
  }
}

function isReady({ metadata, status }: KubernetesObject): boolean {
  const conditions: KubernetesObject[] = status.conditions ?? [];
  return (
    metadata.deletionTimestamp === undefined &&
    conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
  );
}
