import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it, type TestContext } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { type ClusterObject, FakeCluster } from '../support/fake-cluster.js';
import { fakeRelease } from '../support/fake-release.js';
import { proxyInjector, temporaryFolder } from './command-line.js';

interface Result {
  readonly check: string;
  readonly status: string;
  readonly detail?: string;
  readonly problems: readonly { readonly message: string }[];
}

describe('check of an injector without a webhook', () => {
  let objects: ClusterObject[];
  before(async () => {
    const { stdout } = await proxyInjector(['policy']);
    objects = parseAllDocuments(stdout).map((document) => document.toJS());
  });

  it('finds that the policies are complete, and skips what is about the webhook', async (t) => {
    const results = await check(t, objects);
    assert.deepEqual(resultOf(results, 'policies'), ['ok', 'proxy-injector', []]);
    assert.deepEqual(resultOf(results, 'webhook-configuration'), ['ok', 'policy proxy-injector', []]);
    assert.equal(resultOf(results, 'service')[0], 'skipped');
  });

  it('tries a Pod where the policies select it', async (t) => {
    const [status, , messages] = resultOf(await check(t, objects), 'dry-run');
    assert.deepEqual(
      [status, messages],
      // The fake cluster evaluates no policies.
      ['failed', ['a Pod in namespace shop matches the selectors, but gets no proxy: its admission failed']],
    );
  });

  it('finds missing bindings', async (t) => {
    const left = objects.filter(({ metadata }) => !metadata.name.endsWith('-pods'));
    assert.deepEqual(resultOf(await check(t, left), 'policies'), [
      'failed',
      'proxy-injector',
      [
        'proxy-injector lacks its bindings proxy-injector-pods',
        'proxy-injector-refusals lacks its bindings proxy-injector-refusals-pods',
      ],
    ]);
  });

  it('finds that nothing refuses Pods', async (t) => {
    const left = objects.filter(({ metadata }) => metadata.name !== 'proxy-injector-refusals');
    const [status, , [message]] = resultOf(await check(t, left), 'policies');
    assert.equal(status, 'failed');
    assert.match(message ?? '', /^there is no policy proxy-injector-refusals, /);
  });

  it('finds bindings that select different Pods', async (t) => {
    const changed = objects.map((object) =>
      object.metadata.name === 'proxy-injector-refusals-pods'
        ? {
            ...object,
            spec: { policyName: 'proxy-injector-refusals', validationActions: ['Deny'], matchResources: {} },
          }
        : object,
    );
    const [status, , messages] = resultOf(await check(t, changed), 'policies');
    assert.deepEqual(
      [status, messages],
      ['failed', ['the bindings of proxy-injector and proxy-injector-refusals select different Pods']],
    );
  });

  it('finds what keeps Pods from being denied', async (t) => {
    const changed = objects.map((object) => {
      const { name } = object.metadata;
      const spec = object.spec as object;
      if (name === 'proxy-injector-refusals')
        return { ...object, spec: { ...spec, failurePolicy: 'Ignore' } };
      const isChanged = name === 'proxy-injector-refusals-pods';
      return { ...object, spec: { ...spec, ...(isChanged && { validationActions: ['Warn', 'Audit'] }) } };
    });
    const [status, , messages] = resultOf(await check(t, changed), 'policies');
    assert.deepEqual(
      [status, messages],
      [
        'failed',
        [
          'the binding proxy-injector-refusals-pods does not deny, so Pods may start without a proxy',
          'proxy-injector-refusals has failurePolicy Ignore, so Pods may start without a proxy',
        ],
      ],
    );
  });

  it('finds nothing without policies', async (t) => {
    assert.deepEqual(resultOf(await check(t, fakeRelease()), 'policies'), ['ok', 'there are none', []]);
    const [status, , messages] = resultOf(await check(t, []), 'webhook-configuration');
    assert.deepEqual(
      [status, messages],
      ['failed', ['no MutatingWebhookConfiguration belongs to the injector']],
    );
  });
});

function resultOf(results: readonly Result[], id: string): [string, string | undefined, string[]] {
  const found = results.find(({ check }) => check === id);
  assert.ok(found);
  return [found.status, found.detail, found.problems.map(({ message }) => message)];
}

async function check(t: TestContext, objects: readonly ClusterObject[]): Promise<Result[]> {
  const namespace = {
    kind: 'Namespace',
    metadata: { name: 'shop', labels: { 'proxy-injection': 'enabled' } },
  };
  const cluster = await FakeCluster.start(...objects, namespace);
  t.after(() => cluster.stop());
  const KUBECONFIG = cluster.kubeconfig(join(temporaryFolder(), 'kubeconfig'), ['fake'], 'shop');
  const { stdout, stderr } = await proxyInjector(['check', '-o', 'json'], { env: { KUBECONFIG } });
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}
