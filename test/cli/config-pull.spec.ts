import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { FakeCluster } from '../support/fake-cluster.js';
import { fakeRelease } from '../support/fake-release.js';
import { proxyInjector, temporaryFolder } from './command-line.js';
import { deployment } from './sample-manifests.js';

const CONFIG = '# tuned\nineligiblePods: admit\nproxy:\n  image: ours:1 # pinned\n';

describe('config pull', () => {
  it('prints the text of the ConfigMap as it is', async (t) => {
    const { run } = await setup(t, { config: CONFIG });
    const { code, stdout, stderr } = await run('config', 'pull');
    assert.deepEqual({ code, stdout }, { code: 0, stdout: CONFIG });
    assert.match(
      stderr,
      /^Configuration of deployment\/proxy-injector -n proxy-injector \(hash [0-9a-f]{16}\)\n$/,
    );
  });

  it('writes variables of the Deployment into it', async (t) => {
    const { run, folder } = await setup(t, {
      config: CONFIG,
      env: [
        { name: 'INJECTOR_PROXY_IMAGE', value: 'theirs:2' },
        { name: 'INJECTOR_REDIRECT_SKIP_INBOUND_PORTS', value: '22,80' },
        { name: 'OTHER', value: 'x' },
      ],
    });
    const { stderr } = await run('config', 'pull', '-o', 'config.yaml');
    const expected = `# tuned
ineligiblePods: admit
proxy:
  image: theirs:2 # INJECTOR_PROXY_IMAGE
redirect:
  skipInboundPorts: 22,80 # INJECTOR_REDIRECT_SKIP_INBOUND_PORTS
`;
    assert.equal(readFileSync(join(folder, 'config.yaml'), 'utf8'), expected);
    const hash = /hash (\w+)/.exec(stderr)?.[1];
    for (const args of [['config.yaml'], ['--from-cluster']]) {
      const { stdout } = await run('config', 'check', ...args);
      assert.equal(/hash (\w+)/.exec(stdout)?.[1], hash);
    }
  });

  it('reads variables from ConfigMaps, and names those it cannot read', async (t) => {
    const { run, cluster } = await setup(t, {
      env: [
        { name: 'INJECTOR_PROXY_IMAGE', valueFrom: { configMapKeyRef: { name: 'more', key: 'image' } } },
        { name: 'INJECTOR_PROXY_UID', valueFrom: { secretKeyRef: { name: 'secret', key: 'uid' } } },
      ],
    });
    const metadata = { name: 'more', namespace: 'proxy-injector' };
    cluster.put({ kind: 'ConfigMap', metadata, data: { image: 'more:3' } });
    const { stdout, stderr } = await run('config', 'pull');
    assert.match(stdout, /image: more:3 # INJECTOR_PROXY_IMAGE\n/);
    assert.match(
      stderr,
      /warning: .* ignoring INJECTOR_PROXY_UID, whose value is not in the Deployment or a ConfigMap/,
    );
  });

  it('warns if the injector in the cluster has another version', async (t) => {
    const { run } = await setup(t, { config: 'version: 9.9.9\nnew: {setting: 1}\n' });
    const { code, stderr } = await run('config', 'pull');
    assert.equal(code, 0);
    assert.match(stderr, /warning: the injector in the cluster has version 9\.9\.9, this command has /);
  });

  const BROKEN: [string, (cluster: FakeCluster) => void, RegExp][] = [
    [
      'there is no injector',
      (cluster) =>
        cluster.put({ kind: 'MutatingWebhookConfiguration', metadata: { name: 'proxy-injector' } }),
      /^error: expected one MutatingWebhookConfiguration of the injector, found none\n$/,
    ],
    [
      'it must not list webhook configurations',
      (cluster) => cluster.forbidden.push(/mutatingwebhookconfigurations/),
      /^error: mutatingwebhookconfigurations is forbidden: User "dev" cannot do that\n$/,
    ],
    [
      'there is no Deployment',
      (cluster) =>
        cluster.put({
          kind: 'Service',
          metadata: { name: 'proxy-injector', namespace: 'proxy-injector' },
          spec: { selector: { app: 'other' } },
        }),
      /^error: service\/proxy-injector -n proxy-injector: expected a Deployment of the injector behind it\n$/,
    ],
  ];
  for (const [what, breakIt, message] of BROKEN) {
    it(`fails like kubectl if ${what}`, async (t) => {
      const { run, cluster } = await setup(t);
      breakIt(cluster);
      const { code, stderr } = await run('config', 'pull');
      assert.equal(code, 1);
      assert.match(stderr, message);
    });
  }
});

describe('--from-cluster', () => {
  it('injects as the injector in the cluster does', async (t) => {
    const { run } = await setup(t, { config: 'ineligiblePods: admit\nproxy: {image: "ours:1"}\n' });
    const { code, stdout } = await run('inject', '--from-cluster', '-f', '-');
    assert.equal(code, 0);
    assert.match(stdout, /image: ours:1/);
  });

  it('names the origin of a setting', async (t) => {
    const { run } = await setup(t, { config: 'proxy: {image: "ours:1"}\n' });
    const { stdout } = await run('config', 'show', '--from-cluster');
    assert.match(stdout, /image: ours:1 # configmap\/proxy-injector -n proxy-injector: config.yaml:1:16\n/);
  });

  it("excludes the injector's own namespace", async (t) => {
    const { run } = await setup(t);
    const { stderr } = await run('inject', '--from-cluster', '-n', 'proxy-injector', '-f', '-');
    assert.match(stderr, /skipped {2}The injector's configuration excludes the namespace\./);
  });

  it('excludes --config and a file', async (t) => {
    const { run } = await setup(t);
    const inject = await run('inject', '--from-cluster', '--config', 'x', '-f', '-');
    assert.match(inject.stderr, /'--from-cluster' cannot be used with option '--config <FILE>'/);
    const check = await run('config', 'check', '--from-cluster', 'x');
    assert.deepEqual([check.code, check.stderr], [2, 'error: --from-cluster: expected no FILE, got one\n']);
  });
});

async function setup(t: TestContext, release: Parameters<typeof fakeRelease>[0] = {}) {
  const cluster = await FakeCluster.start(...fakeRelease(release));
  t.after(() => cluster.stop());
  const folder = temporaryFolder();
  const KUBECONFIG = cluster.kubeconfig(join(folder, 'kubeconfig'));
  const run = (...args: string[]) =>
    proxyInjector(args, { env: { KUBECONFIG }, cwd: folder, stdin: deployment('web') });
  return { cluster, folder, run };
}
