import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type ClusterObject, FakeCluster } from '../support/fake-cluster.js';
import { fakePod } from '../support/fake-pods.js';
import { fakeGuard, fakeRelease } from '../support/fake-release.js';
import { proxyInjector, temporaryFolder } from './command-line.js';

const POLICY = 'proxy-injector-guard';
const ignore = { webhook: { failurePolicy: 'Ignore' } };

describe('check of the guard', () => {
  const CASES: readonly (readonly [string, readonly ClusterObject[], readonly (string | RegExp)[]])[] = [
    ['finds nothing if it is complete', [...fakeRelease(), ...fakeGuard(), namespace('shop')], []],
    ['finds nothing without a guard that anyone asked for', [...fakeRelease(), namespace('shop', 'off')], []],
    [
      'finds nothing if it acts under failurePolicy Ignore',
      [...fakeRelease(ignore), ...fakeGuard('warn'), namespace('shop')],
      [],
    ],
    [
      'finds nothing if each namespace has an action',
      [...fakeRelease(ignore), ...fakeGuard(), namespace('shop', 'off'), namespace('web', 'deny')],
      [],
    ],
    [
      'finds namespaces that nothing guards under failurePolicy Ignore',
      [...fakeRelease(ignore), ...fakeGuard(), namespace('shop'), namespace('web', 'deny')],
      ['warning: with failurePolicy Ignore and the guard off, nobody notices Pods without a proxy in shop'],
    ],
    [
      'finds unknown actions',
      [...fakeRelease(), ...fakeGuard('warn'), namespace('shop', 'Deny')],
      [
        'warning: namespace shop has the label proxy-injection/guard: Deny, which is not an action, so the default applies: warn',
      ],
    ],
    [
      'finds bindings without their policy, and namespaces that rely on it',
      [...fakeRelease(), ...fakeGuard().slice(1), namespace('shop', 'deny')],
      [
        `failed: 6 bindings name the policy ${POLICY}, which does not exist, so they do nothing`,
        'failed: there is no guard, but these namespaces have the label proxy-injection/guard: shop',
      ],
    ],
    [
      'finds that bindings are missing',
      [...fakeRelease(), ...fakeGuard().filter(({ metadata }) => !metadata.name.endsWith('deny'))],
      [`failed: the guard lacks its bindings ${POLICY}-namespaces-deny, ${POLICY}-pods-deny`],
    ],
    [
      'finds a webhook that selects other Pods',
      [...fakeRelease({ webhook: { objectSelector: { matchLabels: { a: 'b' } } } }), ...fakeGuard()],
      [/^failed: the webhook and the guard select different Pods: (\S+, ){5}and 1 more$/],
    ],
    [
      'finds a webhook with other match conditions, but for the one that spares calls',
      [
        ...fakeRelease({
          webhook: {
            matchConditions: ['not-injected', 'other'].map((name) => ({ name, expression: 'true' })),
          },
        }),
        ...fakeGuard(),
      ],
      [/^failed: the webhook and the guard select different Pods: /],
    ],
    [
      'finds expressions in which the API server finds a mistake',
      [...fakeRelease(), ...withTypeWarning(fakeGuard())],
      [
        'warning: the API server finds a mistake in an expression of the guard: spec.matchConditions[0]: no such field',
      ],
    ],
  ];
  for (const [title, objects, expected] of CASES) {
    it(title, async (t) => {
      const { stdout } = await run(t, objects, 'check', '-o', 'json');
      const { status, problems } = JSON.parse(stdout).find(
        ({ check }: { check: string }) => check === 'guard',
      );
      const found = problems.map(
        ({ severity, message }: { severity: string; message: string }) => `${severity}: ${message}`,
      );
      assert.equal(found.length, expected.length, found.join('\n'));
      for (const [index, text] of expected.entries()) {
        if (typeof text === 'string') assert.equal(found[index], text);
        else assert.match(found[index], text);
      }
      const worst = ['failed', 'warning'].find((each) => found.some((text: string) => text.startsWith(each)));
      assert.equal(status, worst ?? 'ok');
    });
  }

  it('prints the default action, and the namespaces with another', async (t) => {
    const objects = [
      ...fakeRelease(),
      ...fakeGuard('warn'),
      namespace('shop', 'deny'),
      namespace('web', 'off'),
    ];
    const { stdout } = await run(t, objects, 'check');
    assert.match(stdout, /^✓ The guard .* \(default warn; deny in shop; off in web\)$/m);
  });
});

describe('explain', () => {
  const SECTION = 'What the guard does if the injector is not asked:';
  for (const [label, byDefault, expected] of [
    [undefined, 'off', /^ +off +the Pod starts without a proxy \(namespace\/shop\)$/m],
    ['deny', 'off', new RegExp(`^ +deny +the Pod is denied \\(\\S+/${POLICY}-namespaces-deny\\)$`, 'm')],
    ['audit', 'deny', /^ +audit +the Pod starts without a proxy, which the audit log records /m],
    [undefined, 'warn', /^ +warn +the Pod starts without a proxy, and its creator is warned /m],
  ] as const) {
    it(`says what the guard does with a Pod that was never asked about: label ${label}, default ${byDefault}`, async (t) => {
      const objects = [...fakeRelease(), ...fakeGuard(byDefault), namespace('shop', label), fakePod('web')];
      const { stdout, stderr, code } = await run(t, objects, 'explain', 'pod/web');
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(stdout, /has no record of the injector/);
      assert.ok(stdout.includes(SECTION), stdout);
      assert.match(stdout, expected);
    });
  }

  it('says nothing of it about Pods that the webhook is not for', async (t) => {
    const optedOut = fakePod('web', { metadata: { labels: { 'proxy-injection': 'disabled' } } });
    const objects = [...fakeRelease(), ...fakeGuard('deny'), namespace('shop'), optedOut];
    const { stdout } = await run(t, objects, 'explain', 'pod/web');
    assert.ok(!stdout.includes(SECTION), stdout);
  });

  it('says that the webhook configuration selects other Pods than the guard', async (t) => {
    const webhook = { objectSelector: { matchLabels: { a: 'b' } } };
    const objects = [...fakeRelease({ webhook }), ...fakeGuard('deny'), namespace('shop'), fakePod('web')];
    const { stdout } = await run(t, objects, 'explain', 'pod/web');
    assert.match(stdout, /not called[\s\S]*What the guard does[\s\S]* deny +the Pod is denied/);
  });

  it('says nothing of it if there is none, or if it cannot be read, which is a warning', async (t) => {
    const without = [...fakeRelease(), namespace('shop'), fakePod('web')];
    assert.ok(!(await run(t, without, 'explain', 'pod/web')).stdout.includes(SECTION));
    const unreadable = await run(t, without, 'explain', 'pod/web', /validatingadmission/);
    assert.equal(unreadable.code, 0);
    assert.match(unreadable.stderr, /^warning: validatingadmissionpolicies is forbidden/m);
  });
});

function namespace(name: string, action?: string): ClusterObject {
  const labels = { 'proxy-injection': 'enabled', ...(action && { 'proxy-injection/guard': action }) };
  return { kind: 'Namespace', metadata: { name, labels } };
}

function withTypeWarning([policy, ...bindings]: readonly ClusterObject[]): ClusterObject[] {
  const expressionWarnings = [{ fieldRef: 'spec.matchConditions[0]', warning: 'no such field' }];
  return [{ ...(policy as ClusterObject), status: { typeChecking: { expressionWarnings } } }, ...bindings];
}

async function run(t: TestContext, objects: readonly ClusterObject[], ...args: readonly (string | RegExp)[]) {
  const account = { kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'shop' } };
  const cluster = await FakeCluster.start(...objects, account);
  t.after(() => cluster.stop());
  cluster.forbidden.push(...args.filter((each) => typeof each !== 'string'));
  const KUBECONFIG = cluster.kubeconfig(join(temporaryFolder(), 'kubeconfig'), ['fake'], 'shop');
  return proxyInjector(
    args.filter((each) => typeof each === 'string'),
    { env: { KUBECONFIG } },
  );
}
