import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { HELMS, type Helm, type KubernetesObject } from '../chart/chart.js';
import { until } from '../support/until.js';
import { Release } from './release.js';
import { sharedCluster, skipUnlessLocal } from './shared-cluster.js';
import { VALUES } from './values.js';

const cluster = sharedCluster();
const unlessLocal = skipUnlessLocal(cluster, 'other controllers may add objects to namespaces');

describe('the chart as shipped', { concurrency: true }, () => {
  for (const version of HELMS) {
    describe(`installed with .tools/bin/${version}`, { concurrency: 1 }, () => testsWith(version));
  }
});

function testsWith(version: Helm): void {
  const name = `by-${version}`;
  const release = new Release(cluster.kubeconfig, name, version);
  after(async () => {
    await release.helm('uninstall', name, '--ignore-not-found'); // in case a test failed
    await cluster.deleteNamespaces(name);
  });

  it('has certificates issued by cert-manager, and their CA in its webhook configuration', async () => {
    await cluster.install(VALUES, name, version);
    const { items: certificates } = await cluster.get('certificates', '--namespace', name);
    assert.deepEqual(certificates.map(readiness), [
      [`${name}-proxy-injector`, 'True'],
      [`${name}-proxy-injector-ca`, 'True'],
    ]);
    const { webhooks } = await cluster.get('mutatingwebhookconfiguration', `${name}-proxy-injector.${name}`);
    const { data } = await cluster.get('secret', `${name}-proxy-injector-tls`, '--namespace', name);
    const bundles = webhooks.map(({ clientConfig }: KubernetesObject) => clientConfig.caBundle);
    assert.deepEqual(new Set(bundles), new Set([data['ca.crt']]));
  });

  it('leaves only the Pod of a helm test that failed', async () => {
    const excluded = { namespace: 'kube-public', timeoutSeconds: 1 };
    await release.apply({ ...VALUES, test: excluded });
    const { status, stdout, stderr } = await release.test();
    assert.notEqual(status, 0);
    assert.match(stdout + stderr, /came back without a proxy/);
    const get = (kinds: string, namespace: string) =>
      cluster.kubectl('get', kinds, '--namespace', namespace, '--output=name').then(lines);
    const kinds = 'roles,rolebindings,serviceaccounts,configmaps,pods';
    const left = [...(await get(kinds, name)), ...(await get(kinds, excluded.namespace))];
    assert.deepEqual(
      left.filter((object) => object.includes(`/${name}-`) && object.endsWith('test')),
      [`pod/${name}-proxy-injector-test`],
    );
  });

  it('passes helm test', async () => {
    await release.apply(VALUES);
    const { status, stdout, stderr } = await release.test();
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout + stderr, /was injected with init-iptables and proxy-sidecar/);
  });

  it('replaces its Pods in an upgrade', async () => {
    await release.apply({ ...VALUES, replicas: 1, podLabels: { tier: 'admission' } });
    const pods = await cluster.pods(name, 'tier=admission');
    assert.equal(pods.length, 1);
  });

  it('leaves the objects listed in the docs behind when it is uninstalled', {
    skip: unlessLocal,
  }, async () => {
    const isNamed = (object: string) => new RegExp(`\\b${name}\\b`).test(object);
    assert.ok((await everything()).filter(isNamed).includes(`ClusterRole /${name}-proxy-injector.${name}`));
    await release.uninstall();
    await until(async () => (await cluster.pods(name)).length === 0);
    assert.deepEqual((await everything()).filter(isNamed), [
      `ConfigMap ${name}/kube-root-ca.crt`, // every namespace has it
      `Namespace /${name}`,
      `Secret ${name}/${name}-proxy-injector-ca`,
      `Secret ${name}/${name}-proxy-injector-tls`,
      `ServiceAccount ${name}/default`, // every namespace has it
    ]);
  });
}

function readiness({ metadata, status }: KubernetesObject): [name: string, status: string] {
  return [metadata.name, status.conditions.find(({ type }: KubernetesObject) => type === 'Ready').status];
}

/** All objects except short-lived kinds. */
async function everything(): Promise<string[]> {
  const kinds = lines(await cluster.kubectl('api-resources', '--verbs=list,delete', '--output=name'));
  const lasting = kinds.filter((kind) => !/^(events|leases|endpoints|endpointslices)\b/.test(kind));
  const item = '{.kind} {.metadata.namespace}/{.metadata.name}';
  const output = `jsonpath={range .items[*]}${item}{"\\n"}{end}`;
  return lines(
    await cluster.kubectl('get', lasting.join(','), '--all-namespaces', '--output', output),
  ).sort();
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
