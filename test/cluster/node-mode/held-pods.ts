import assert from 'node:assert/strict';
import { INIT_NAME } from '../../../src/core/pod/container-names.js';
import type { KubernetesObject } from '../../chart/chart.js';
import { until } from '../../support/until.js';
import type { Cluster } from '../cluster.js';
import { peer } from '../pods/peers.js';

/** What the Pod Security level `restricted` requires of a container and of a Pod. */
const CONTAINER = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const POD = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } };

/** The labels of a namespace that opted in, and enforces the Pod Security level `restricted`. */
export const RESTRICTED = {
  labels: { 'proxy-injection': 'enabled', 'pod-security.kubernetes.io/enforce': 'restricted' },
};

/** Lets hundreds of Pods fit on a node. */
const SMALL = {
  'cpu-request': '1m',
  'memory-request': '8Mi',
  'init-cpu-request': '1m',
  'init-memory-request': '8Mi',
};

/**
 * A port of the node on which nothing listens. A connection to it is refused, unless the redirect sends it to the
 * proxy, which accepts it before it finds out.
 */
const REFUSED = '10.88.0.1:9';

/** A Pod that the level `restricted` admits. */
export function restrictedPeer(name: string, annotations: object = {}, app: object = {}, spec: object = {}) {
  return peer(name, annotations, { securityContext: CONTAINER, ...app }, { securityContext: POD, ...spec });
}

/**
 * A Pod whose app makes one outbound connection as soon as it runs, and ends. Its message says whether the connection
 * was redirected.
 */
export function probe(name: string): KubernetesObject {
  const app = { args: ['ask', 'tcp', REFUSED], terminationMessagePolicy: 'FallbackToLogsOnError' };
  return restrictedPeer(name, { outbound: 'enabled', ...SMALL }, app, { restartPolicy: 'Never' });
}

/** Waits until the apps of all probes of a namespace have ended, and asserts that each was redirected. */
export async function assertRedirected(
  cluster: Cluster,
  namespace: string,
  count: number,
  deadlineMs?: number,
): Promise<void> {
  let apps: KubernetesObject[] = [];
  const ended = () => apps.filter((app) => app?.state.terminated !== undefined).length;
  await until(async () => {
    apps = (await cluster.pods(namespace)).map(appOf);
    return apps.length === count && ended() === count;
  }, deadlineMs).catch(() => assert.fail(`expected ${count} apps that ended, got ${ended()}`));
  const messages = apps.map(({ state }) => state.terminated.message ?? '');
  assert.deepEqual(
    messages.filter((message) => !/closed the connection without an answer|reset by peer/.test(message)),
    [],
    'apps that ran before the redirect',
  );
}

/** Waits until the validator of a Pod waits for the agent, and asserts that nothing else of it has started. */
export async function assertHeld(cluster: Cluster, namespace: string, name: string): Promise<void> {
  let pod: KubernetesObject = {};
  await until(async () => {
    pod = await cluster.get('pod', name, '--namespace', namespace);
    const [first] = pod.status.initContainerStatuses ?? [];
    return first?.name === INIT_NAME && first.state.running !== undefined;
  });
  const { initContainerStatuses, containerStatuses } = pod.status;
  const [, ...others] = [...initContainerStatuses, ...containerStatuses];
  assert.deepEqual(
    others.filter(({ state, lastState }) => !state.waiting || Object.keys(lastState).length > 0),
    [],
  );
}

function appOf({ status }: KubernetesObject): KubernetesObject | undefined {
  return status.containerStatuses?.find(({ name }: KubernetesObject) => name === 'app');
}
