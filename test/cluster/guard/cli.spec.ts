import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { proxyInjector } from '../../cli/command-line.js';
import { until } from '../../support/until.js';
import { heldPod } from '../admission/pods.js';
import { RELEASE, Release } from '../release.js';
import { sharedCluster } from '../shared-cluster.js';
import { VALUES } from '../values.js';
import { GuardedNamespaces } from './guarded-namespaces.js';
import { patchWebhooks, RECOMMENDED, WEBHOOKS } from './webhooks.js';

const cluster = sharedCluster();
const release = new Release(cluster.kubeconfig);
const env = { KUBECONFIG: cluster.kubeconfig };
const NOBODY = { nobody: 'has-this' };

describe('check and explain', () => {
  const namespaces = new GuardedNamespaces(cluster);
  before(async () => {
    await release.apply(RECOMMENDED);
    await namespaces.create();
  });
  after(async () => {
    // Fields that kubectl changed stay its own, so that another value from Helm would be a conflict.
    await cluster.kubectl('delete', '--ignore-not-found', ...WEBHOOKS);
    await release.apply(VALUES);
    await namespaces.delete();
  });

  it('show the guard, and the namespaces with an unknown action', async () => {
    const { status, detail, problems } = await checked();
    assert.deepEqual(
      [status, problems.map(({ message }) => message.replace(/^namespace \S+ has/, 'namespace has'))],
      [
        'warning',
        Array(2).fill(
          'namespace has the label proxy-injection/guard: unknown, which is not an action, so the default applies: warn',
        ),
      ],
    );
    assert.match(detail, new RegExp(`^default warn; deny in ${namespaces.of('deny')}, `));
  });

  it('recommend the guard under failurePolicy Ignore', async () => {
    await release.apply({ ...RECOMMENDED, guard: { action: 'Off' } });
    const message = (await checked()).problems.at(-1)?.message ?? '';
    assert.match(
      message,
      /^with failurePolicy Ignore and the guard off, nobody notices Pods without a proxy in /,
    );
    for (const action of ['none', 'deny', 'off']) {
      assert.equal(message.includes(namespaces.of(action)), action === 'none', message);
    }
  });

  it('find that the webhook selects other Pods than the guard, and what that means for a Pod', async () => {
    await patchWebhooks(cluster, 'add', '/namespaceSelector/matchLabels', NOBODY);
    const { status, problems } = await checked();
    assert.equal(status, 'failed');
    assert.match(problems[0]?.message ?? '', /^the webhook and the guard select different Pods: /);
    for (const [action, expected] of [
      [
        'warn',
        new RegExp(`^ +warn +the Pod starts .* warned \\(\\S+/${RELEASE}-guard-namespaces-warn\\)$`, 'm'),
      ],
      ['audit', new RegExp(`^ +audit +the Pod starts .*\\(\\S+/${RELEASE}-guard-namespaces-audit\\)$`, 'm')],
    ] as const) {
      await until(async () => {
        await cluster.tryKubectl(['delete', 'pod', 'web', '--now', '-n', namespaces.of(action)]);
        await cluster.apply([heldPod('web')], namespaces.of(action));
        const pod = await cluster.get('pod', 'web', '-n', namespaces.of(action));
        return pod.metadata.annotations?.['proxy-injection/status'] === undefined;
      });
      const { stdout, stderr, code } = await proxyInjector(
        ['explain', '-n', namespaces.of(action), 'pod/web'],
        { env },
      );
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(stdout, /has no record of the injector/);
      assert.match(stdout, expected);
    }
  });

  it('find that the policy is missing', async () => {
    await cluster.kubectl('delete', 'validatingadmissionpolicy', `${RELEASE}-guard`);
    const { status, problems } = await checked();
    assert.equal(status, 'failed');
    assert.match(
      problems[0]?.message ?? '',
      /^6 bindings name the policy proxy-injector-guard, which does not/,
    );
  });

  interface Result {
    readonly check: string;
    readonly status: string;
    readonly detail: string;
    readonly problems: readonly { readonly message: string }[];
  }

  async function checked(): Promise<Result> {
    const { stdout, stderr } = await proxyInjector(['check', '-o', 'json'], { env });
    assert.equal(stderr, '');
    const result = JSON.parse(stdout).find(({ check }: Result) => check === 'guard');
    assert.ok(result);
    return result;
  }
});
