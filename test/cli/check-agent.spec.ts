import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type ClusterObject, FakeCluster } from '../support/fake-cluster.js';
import { fakePod } from '../support/fake-pods.js';
import { fakeRelease } from '../support/fake-release.js';
import { proxyInjector, temporaryFolder } from './command-line.js';

const LABELS = { 'app.kubernetes.io/component': 'agent' };
const namespace = 'proxy-injector';

const nodes = (...names: string[]): ClusterObject[] =>
  names.map((name) => ({ kind: 'Node', metadata: { name, labels: { 'kubernetes.io/os': 'linux' } } }));

const daemonSet = (desiredNumberScheduled: number): ClusterObject => ({
  kind: 'DaemonSet',
  metadata: { name: 'proxy-injector-agent', namespace },
  spec: { selector: { matchLabels: LABELS } },
  status: { desiredNumberScheduled },
});

const agentOn = (nodeName: string, isReady: boolean, name = `agent-${nodeName}`): ClusterObject => ({
  kind: 'Pod',
  metadata: { name, namespace, labels: LABELS },
  spec: { nodeName },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
});

describe('check of node mode', () => {
  it('has nothing to find without it', async (t) => {
    assert.deepEqual(await agentCheck(t), ['ok', 'not in node mode', []]);
  });

  it('finds that node mode is configured without an agent', async (t) => {
    assert.deepEqual(await agentCheck(t, { config: 'proxy: { mode: native }\nredirect: { by: node }\n' }), [
      'failed',
      undefined,
      [
        'redirect.by is node, but there is no daemonset/proxy-injector-agent -n proxy-injector: injected Pods wait and never start',
      ],
    ]);
  });

  it('counts the nodes on which an agent is ready', async (t) => {
    const objects = [...nodes('a', 'b'), daemonSet(2), agentOn('a', true), agentOn('b', true)];
    assert.deepEqual(await agentCheck(t, { objects }), ['ok', '2 of 2 nodes', []]);
  });

  it('names the nodes on which no agent is ready', async (t) => {
    const objects = [...nodes('a', 'b'), daemonSet(2), agentOn('a', true), agentOn('b', false)];
    const [status, detail, messages] = await agentCheck(t, { objects });
    assert.deepEqual([status, detail], ['failed', '1 of 2 nodes']);
    assert.deepEqual(messages, ['the agent is not ready on b, where injected Pods wait']);
  });

  it('accepts a node whose next agent is not ready yet', async (t) => {
    const objects = [...nodes('a'), daemonSet(1), agentOn('a', true), agentOn('a', false, 'next')];
    assert.equal((await agentCheck(t, { objects }))[0], 'ok');
  });

  it('finds that the DaemonSet cannot create its Pods', async (t) => {
    assert.deepEqual(await agentCheck(t, { objects: [...nodes('a'), daemonSet(1)] }), [
      'failed',
      '0 of 1 nodes',
      ['1 of 1 nodes have no Pod of the agent, so injected Pods wait there'],
    ]);
  });

  it('warns about nodes that the DaemonSet leaves out', async (t) => {
    const objects = [...nodes('a', 'b', 'c'), daemonSet(1), agentOn('a', true)];
    assert.deepEqual(await agentCheck(t, { objects }), [
      'warning',
      '1 of 1 nodes',
      ['the agent is for 1 of 3 Linux nodes; injected Pods wait on the others'],
    ]);
  });

  it('lists the Pods that wait in the validator', async (t) => {
    const pod = fakePod('web', {
      metadata: { annotations: { 'proxy-injection/status': 'injected' } },
      spec: { nodeName: 'b', initContainers: [{ name: 'init-iptables', args: ['wait-for-node-agent'] }] },
      status: {
        phase: 'Pending',
        initContainerStatuses: [{ name: 'init-iptables', state: { running: {} } }],
      },
    });
    const [status, , messages] = await resultOf(t, 'injected-pods', { objects: [pod] });
    assert.equal(status, 'warning');
    assert.deepEqual(messages, ['pod/web -n shop: init-iptables: waits for the redirect by the agent on b']);
  });
});

interface Setup {
  readonly config?: string;
  readonly objects?: readonly ClusterObject[];
}

const agentCheck = (t: TestContext, setup: Setup = {}) => resultOf(t, 'agent', setup);

/** The status, the detail, and the messages of a check. */
async function resultOf(t: TestContext, id: string, { config, objects = [] }: Setup) {
  const cluster = await FakeCluster.start(...fakeRelease({ ...(config && { config }) }), ...objects);
  t.after(() => cluster.stop());
  const KUBECONFIG = cluster.kubeconfig(join(temporaryFolder(), 'kubeconfig'), ['fake'], 'shop');
  const { stdout, stderr } = await proxyInjector(['check', '-o', 'json'], { env: { KUBECONFIG } });
  assert.equal(stderr, '');
  const { status, detail, problems } = JSON.parse(stdout).find(
    ({ check }: { check: string }) => check === id,
  );
  return [status, detail, problems.map(({ message }: { message: string }) => message)];
}
