import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it, type TestContext } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { type ClusterObject, FakeCluster } from '../support/fake-cluster.js';
import { admitted, fakeInjector, fakePod } from '../support/fake-pods.js';
import { proxyInjector, temporaryFolder } from './command-line.js';

const CONFIG = 'ineligiblePods: admit\nproxy: {preset: envoy}\n';
const [CURRENT, OLD] = [fakeInjector(CONFIG), fakeInjector('ineligiblePods: admit\n')];

describe('a cluster in which policies inject', () => {
  const folder = temporaryFolder();
  let policies: ClusterObject[];
  before(async () => {
    policies = await policiesOf(CONFIG);
  });

  it('has a status: which Pods are stale, and which no policy was evaluated for', async (t) => {
    const objects = [
      ...policies,
      namespace('shop', { 'proxy-injection': 'enabled' }),
      admitted(fakePod('current'), CURRENT),
      admitted(fakePod('stale'), OLD),
      fakePod('bare'),
    ];
    const { code, stdout, stderr } = await run(t, objects, 'status', '-o', 'json');
    assert.deepEqual([code, stderr], [0, '']);
    const { injector, workloads } = JSON.parse(stdout);
    assert.equal(injector.name, 'mutatingadmissionpolicy/proxy-injector');
    assert.equal(injector.configHash, CURRENT.identity.configHash);
    const table = (await run(t, objects, 'status')).stdout;
    assert.equal(workloads.length, 3);
    assert.match(table, /^pod\/stale .* 1 stale: configuration, image$/m);
    assert.match(table, /^pod\/bare .* 1 never asked, would be injected$/m);
    assert.doesNotMatch(table, /^pod\/current .*stale/m);
  });

  it('has explanations, by the bindings of the policy', async (t) => {
    const objects = [
      ...policies,
      namespace('shop', { 'proxy-injection': 'enabled' }),
      admitted(fakePod('web'), CURRENT),
    ];
    const { code, stdout, stderr } = await run(t, objects, 'explain', 'pod/web');
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /was injected by version \S+ with this configuration\.$/m);
    assert.match(stdout, /^ {2}Whether the API server evaluates the policy, by its bindings:$/m);
    assert.match(stdout, /^ +yes +proxy-injector-namespaces /m);
  });

  it('has explanations of Pods that the policy is not for', async (t) => {
    const { stdout } = await run(
      t,
      [...policies, namespace('shop', {}), fakePod('web')],
      'explain',
      'pod/web',
    );
    assert.match(
      stdout,
      /has no record of the injector: most likely, the policy was not evaluated for it\.\nA new Pod like it: not evaluated\. The API server does not evaluate the policy for this Pod: it starts without a proxy\.\nIf it were evaluated: injected\./,
    );
  });

  it('gives its configuration back, from which the same policies can be made', async (t) => {
    const { code, stdout, stderr } = await run(t, policies, 'config', 'pull');
    assert.equal(code, 0);
    const { configHash } = CURRENT.identity;
    assert.equal(stderr, `Configuration of mutatingadmissionpolicy/proxy-injector (hash ${configHash})\n`);
    assert.equal(parse(stdout).proxy.preset, 'envoy');
    const again = await policiesOf(stdout);
    const config = (objects: readonly ClusterObject[]) =>
      (objects[0] as ClusterObject & { spec: { variables: { name: string }[] } }).spec.variables.filter(
        ({ name }) => name.endsWith('Config'),
      );
    assert.deepEqual(config(again), config(policies));
  });

  it('may have quotes, parentheses, and names of functions in its configuration', async (t) => {
    const text = 'proxy: {container: {args: ["a \\"b\\" (dyn(c)) variables.config \\\\"]}}\n';
    const { stdout } = await run(t, await policiesOf(text), 'config', 'pull');
    assert.deepEqual(parse(stdout).proxy.container, parse(text).proxy.container);
  });

  it('may have a configuration of almost 256 KiB', async (t) => {
    const args = Array.from({ length: 12_000 }, (_, index) => `--argument=${index}`);
    const text = `proxy:\n container:\n  args:\n${args.map((arg) => `  - ${arg}\n`).join('')}`;
    const { stdout, stderr } = await run(t, await policiesOf(text), 'config', 'pull');
    assert.match(stderr, /^Configuration of /);
    assert.deepEqual(parse(stdout).proxy.container.args, args);
    assert.notDeepEqual(await policiesOf(stdout), []);
  });

  it('has a warning about a configuration that is too large as a file', async (t) => {
    const text = `proxy: {container: {args: [${'a,'.repeat(80_000)}]}}\n`;
    const { code, stderr } = await run(t, await policiesOf(text), 'config', 'pull');
    assert.equal(code, 0);
    assert.match(stderr, /^warning: a file for --config may have at most 256 KiB, .*: use --from-cluster$/m);
  });

  it('may have policies of others that read the annotations of the injector', async (t) => {
    const variables = [
      { name: 'status', expression: "object.metadata.annotations['proxy-injection/status']" },
    ];
    const other = { kind: 'MutatingAdmissionPolicy', metadata: { name: 'another' }, spec: { variables } };
    const { stderr } = await run(t, [other, ...policies], 'config', 'pull');
    assert.match(stderr, /^Configuration of mutatingadmissionpolicy\/proxy-injector /);
  });

  it('is an error if the configuration of the policy cannot be read', async (t) => {
    const [policy] = policies as [ClusterObject & { spec: { variables: { name: string }[] } }];
    const variables = policy.spec.variables.map((variable) =>
      variable.name === 'config' ? { ...variable, expression: 'params.config' } : variable,
    );
    const changed = { ...policy, spec: { ...policy.spec, variables } };
    const { code, stderr } = await run(t, [changed], 'config', 'pull');
    assert.equal(code, 1, stderr);
    assert.match(
      stderr,
      /mutatingadmissionpolicy\/proxy-injector: expected the configuration in its variable config/,
    );
  });

  async function policiesOf(config: string): Promise<ClusterObject[]> {
    const file = join(folder, 'config.yaml');
    writeFileSync(file, config);
    const { stdout, stderr } = await proxyInjector(['policy', '--config', file]);
    assert.equal(stderr, '');
    return parseAllDocuments(stdout).map((document) => document.toJS());
  }
});

function namespace(name: string, labels: object): ClusterObject {
  return { kind: 'Namespace', metadata: { name, labels } };
}

async function run(t: TestContext, objects: readonly ClusterObject[], ...args: readonly string[]) {
  const account = { kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'shop' } };
  const cluster = await FakeCluster.start(...objects, account);
  t.after(() => cluster.stop());
  const KUBECONFIG = cluster.kubeconfig(join(temporaryFolder(), 'kubeconfig'), ['fake'], 'shop');
  return proxyInjector(args, { env: { KUBECONFIG } });
}
