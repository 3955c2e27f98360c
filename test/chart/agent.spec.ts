import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../src/core/values/json.js';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { find, type KubernetesObject, render } from './chart.js';
import { configurationOf } from './configuration.js';
import { podSecurityProblems } from './kube-check.js';

const DIGEST = `sha256:${'0'.repeat(64)}`;

const release = (agent: JsonObject = {}, values: JsonObject = {}) =>
  render({ values: { ...values, agent: { enabled: true, ...agent } } });
const daemonSet = (agent: JsonObject = {}, values: JsonObject = {}) =>
  find(release(agent, values), 'DaemonSet').spec;
const pod = (agent: JsonObject = {}): KubernetesObject => daemonSet(agent).template.spec;
const agentContainer = (agent: JsonObject = {}): KubernetesObject => pod(agent).containers[0];

describe('the agent', () => {
  it('is not installed by default', () => {
    const names = render().map(({ metadata }) => metadata.name);
    assert.deepEqual(
      names.filter((name) => name.endsWith('-agent')),
      [],
    );
  });

  it('is a DaemonSet next to the injector, also where the API server injects', () => {
    for (const mode of ['webhook', 'both', 'policy']) {
      const { metadata } = find(release({}, { mode }), 'DaemonSet');
      assert.deepEqual([metadata.name, metadata.namespace], ['proxy-injector-agent', 'proxy-system']);
    }
  });

  it('runs on every node, with the priority of what a node needs', () => {
    const { tolerations, priorityClassName, nodeSelector } = pod();
    assert.deepEqual(tolerations, [{ operator: 'Exists' }]);
    assert.equal(priorityClassName, 'system-node-critical');
    assert.deepEqual(nodeSelector, { 'kubernetes.io/os': 'linux' });
  });

  it('is replaced only once its successor is ready', () => {
    assert.deepEqual(daemonSet().updateStrategy, {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
  });

  it('is root with two capabilities, and mounts only two directories of the node', () => {
    const { hostNetwork, hostPID, hostIPC, automountServiceAccountToken, volumes, securityContext } = pod();
    assert.deepEqual([hostNetwork, hostPID, hostIPC], [undefined, undefined, undefined]);
    assert.equal(automountServiceAccountToken, false);
    assert.deepEqual(securityContext, { seccompProfile: { type: 'RuntimeDefault' } });
    assert.deepEqual(agentContainer().securityContext, {
      runAsUser: 0,
      runAsGroup: 0,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: ['SYS_ADMIN', 'NET_ADMIN'] },
    });
    assert.deepEqual(agentContainer().volumeMounts, [
      { name: 'nri', mountPath: '/var/run/nri', readOnly: true },
      {
        name: 'netns',
        mountPath: '/var/run/netns',
        mountPropagation: 'HostToContainer',
        readOnly: true,
      },
    ]);
    assert.deepEqual(volumes, [
      { name: 'nri', hostPath: { path: '/var/run/nri', type: 'DirectoryOrCreate' } },
      { name: 'netns', hostPath: { path: '/var/run/netns', type: 'DirectoryOrCreate' } },
    ]);
  });

  it('has a ServiceAccount without permissions', () => {
    const objects = release();
    const { serviceAccountName } = pod();
    find(objects, 'ServiceAccount', serviceAccountName);
    const subjects = objects
      .filter(({ kind }) => /RoleBinding$/.test(kind))
      .flatMap((binding) => binding.subjects);
    assert.ok(subjects.every(({ name }) => name !== serviceAccountName));
  });

  it('needs the Pod Security level privileged', () => {
    const { template } = daemonSet();
    const problems = (level: string) => podSecurityProblems(level, [template])[0];
    assert.equal(problems('privileged'), null);
    assert.deepEqual(
      problems('baseline')?.map((problem) => problem.split(':')[0]),
      ['non-default capabilities', 'hostPath volumes'],
    );
  });

  it('gets the paths of another container runtime', () => {
    const paths = { nriSocketDirectory: '/run/other/nri', netnsDirectory: '/run/other/netns' };
    const { args, volumeMounts } = agentContainer(paths);
    assert.deepEqual(args, ['--nri-socket=/run/other/nri/nri.sock', '--netns-directory=/run/other/netns']);
    assert.deepEqual(
      volumeMounts.map(({ mountPath }: KubernetesObject) => mountPath),
      Object.values(paths),
    );
  });

  it('has its image in the registry of the others', () => {
    const image = (agent: JsonObject, values: JsonObject) =>
      daemonSet(agent, values).template.spec.containers[0].image;
    assert.equal(image({}, {}), `proxy-injector/agent:${PRODUCT_VERSION}`);
    const registry = { image: { registry: 'r.example.com', tag: '1' } };
    assert.equal(image({}, registry), `r.example.com/proxy-injector/agent:${PRODUCT_VERSION}`);
    assert.equal(
      image({ image: { tag: '2' } }, { ...registry, global: { imageRegistry: 'g.example.com' } }),
      'g.example.com/proxy-injector/agent:2',
    );
    assert.equal(
      image({ image: { repository: 'q.example.com/agent', tag: '2', digest: DIGEST } }, registry),
      `q.example.com/agent@${DIGEST}`,
    );
  });

  it('is selected by its own Service and NetworkPolicy, and the injector only by the others', () => {
    const objects = release({}, { networkPolicy: { enabled: true } });
    const labels = (kind: string) => find(objects, kind).spec.template.metadata.labels;
    const selectors = objects
      .filter(({ kind }) => kind === 'Service' || kind === 'NetworkPolicy')
      .map(({ kind, metadata, spec }) => ({
        object: `${kind} ${metadata.name}`,
        selector: spec.podSelector?.matchLabels ?? spec.selector,
      }));
    const selecting = (kind: string) =>
      selectors.filter(({ selector }) => matches(selector, labels(kind))).map(({ object }) => object);
    assert.deepEqual(selecting('DaemonSet'), [
      'NetworkPolicy proxy-injector-agent',
      'Service proxy-injector-agent',
    ]);
    assert.deepEqual(selecting('Deployment'), [
      'NetworkPolicy proxy-injector',
      'Service proxy-injector',
      'Service proxy-injector-management',
    ]);
    assert.ok(matches(daemonSet().selector.matchLabels, labels('DaemonSet')));
  });

  it('is scraped through its Service by a ServiceMonitor of its own', () => {
    const objects = release({}, { serviceMonitor: { enabled: true } });
    const { selector, endpoints } = find(objects, 'ServiceMonitor', 'proxy-injector-agent').spec;
    const services = objects.filter(
      ({ kind, metadata }) => kind === 'Service' && matches(selector.matchLabels, metadata.labels),
    );
    assert.deepEqual(
      services.map(({ metadata }) => metadata.name),
      ['proxy-injector-agent'],
    );
    assert.equal(services[0].spec.ports[0].name, endpoints[0].port);
  });
});

describe('agent.requiredPlugin', () => {
  const annotations = (agent: JsonObject, own: JsonObject = {}) =>
    configurationOf(render({ values: { agent, config: { pod: { annotations: own } } } })).configuration.pod
      .annotations;
  const KEY = 'required-plugins.noderesource.dev';

  it('makes injected Pods require the agent', () => {
    assert.deepEqual(annotations({ enabled: true, requiredPlugin: true }, { a: 'b' }), {
      a: 'b',
      [KEY]: '["proxy-injector"]',
    });
  });

  it('keeps an annotation of the configuration', () => {
    const own = { [KEY]: '["proxy-injector","audit"]' };
    assert.deepEqual(annotations({ enabled: true, requiredPlugin: true }, own), own);
  });

  it('does nothing without an agent', () => {
    assert.deepEqual(annotations({ enabled: false, requiredPlugin: true }), {});
  });
});

function matches(selector: { [key: string]: string }, labels: { [key: string]: string }): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
