import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { FakeCluster } from '../support/fake-cluster.js';
import { fakeRelease } from '../support/fake-release.js';
import { proxyInjector, temporaryFolder } from './command-line.js';

describe('check', () => {
  for (const args of [[], ['--pre'], ['-o', 'json']]) {
    it(`fails if the API server does not answer: ${args.join(' ') || 'no options'}`, async (t) => {
      const { run, cluster } = await setup(t);
      await cluster.stop();
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(
        stderr,
        /^error: cannot connect to http:\/\/127\.0\.0\.1:\d+ \(context fake\): .*ECONNREFUSED/,
      );
    });
  }

  it('fails if the API server does not accept the credentials', async (t) => {
    const { run, cluster } = await setup(t);
    cluster.failing.push({ pattern: /./, code: 401, times: Number.POSITIVE_INFINITY });
    const { code, stdout, stderr } = await run();
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /does not accept the credentials of context fake: log in again\n$/);
  });

  it('says what it must not read, which is no failure', async (t) => {
    const { run, cluster } = await setup(t);
    cluster.forbidden.push(/./);
    const { code, stdout, stderr } = await run();
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /not checked: .* is forbidden: User "dev" cannot do that\n/);
    assert.match(stdout, /\n0 ok, \d+ not checked\n$/);
  });

  it('goes on if a certificate cannot be parsed', async (t) => {
    const { run, cluster } = await setup(t);
    const labels = {
      'app.kubernetes.io/name': 'proxy-injector',
      'app.kubernetes.io/instance': 'proxy-injector',
    };
    const webhooks = cluster.get('MutatingWebhookConfiguration', 'proxy-injector');
    assert.ok(webhooks);
    const text = JSON.stringify(webhooks).replaceAll(
      '"clientConfig":{',
      '"clientConfig":{"caBundle":"YQ==",',
    );
    cluster.put(JSON.parse(text), {
      kind: 'Pod',
      metadata: { name: 'replica', namespace: 'proxy-injector', labels },
      spec: { containers: [{ name: 'injector' }] },
      status: { phase: 'Running' },
    });
    cluster.texts.push([/\/proxy\/metrics$/, ''], [/\/proxy\/certificate$/, 'no certificate']);
    const { stdout, stderr } = await run();
    assert.equal(stderr, '');
    assert.match(stdout, /not checked: replica: its certificate cannot be parsed\n/);
  });
});

async function setup(t: TestContext) {
  const cluster = await FakeCluster.start(...fakeRelease());
  t.after(() => cluster.stop());
  const KUBECONFIG = cluster.kubeconfig(join(temporaryFolder(), 'kubeconfig'), ['fake'], 'shop');
  const run = (...args: string[]) => proxyInjector(['check', ...args], { env: { KUBECONFIG } });
  return { cluster, run };
}
