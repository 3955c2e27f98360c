import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
import { proxyInjector, temporaryFolder } from '../../cli/command-line.js';
import { makePair } from '../../http/tls/pairs.js';
import { until } from '../../support/until.js';
import { type NamespaceMetadata, OPTED_IN } from '../cluster.js';
import { dryRun, outcome } from '../dry-run.js';
import { certificateUntil, replaceCertificate } from '../failures/certificate-pair.js';
import { PEER_IMAGE } from '../local-cluster/images.js';
import type { LocalCluster } from '../local-cluster/local-cluster.js';
import { RELEASE, Release } from '../release.js';
import { Replicas } from '../replicas.js';
import { sharedCluster, skipUnlessLocal } from '../shared-cluster.js';
import { VALUES } from '../values.js';

const cluster = sharedCluster();
const replicas = new Replicas(cluster);

interface Result {
  readonly check: string;
  readonly status: string;
  readonly problems: readonly { readonly severity: string; readonly message: string }[];
  readonly link: string;
}

async function check(...args: string[]): Promise<{ code: number | null; results: Result[] }> {
  const command = ['check', '-o', 'json', '--kubeconfig', cluster.kubeconfig, ...args];
  const { code, stdout, stderr } = await proxyInjector(command);
  assert.equal(stderr, '');
  return { code, results: JSON.parse(stdout) };
}

/** The messages of the problems of each check that found some. */
async function found(): Promise<{ readonly [check: string]: string }> {
  const { code, results } = await check();
  const failed = results.some(({ status }) => status === 'failed');
  assert.equal(code, failed ? 1 : 0);
  const bad = results.filter(({ problems }) => problems.length > 0);
  return Object.fromEntries(
    bad.map(({ check, problems }) => [check, problems.map(({ message }) => message).join('\n')]),
  );
}

async function patchWebhooks(patch: readonly object[]): Promise<void> {
  const configuration = ['patch', 'mutatingwebhookconfiguration', RELEASE, '--type=json'];
  await cluster.kubectl(...configuration, `--patch=${JSON.stringify(patch)}`);
}

describe('check', { skip: skipUnlessLocal(cluster), concurrency: 1 }, () => {
  const certManager = (cluster.local as LocalCluster)?.daemon('cert-manager');
  const created: string[] = [];
  const namespace = async (metadata: NamespaceMetadata = OPTED_IN) => {
    const name = await cluster.namespace('checked', metadata);
    created.push(name);
    return name;
  };
  /** Over what kubectl changed. */
  const restore = () => new Release(cluster.kubeconfig).apply(VALUES, '--force-conflicts');
  let usual: string;

  before(async () => {
    usual = await namespace();
  });
  after(async () => {
    if (!(await certManager.isRunning())) await certManager.start();
    await cluster.deleteNamespaces(...created);
    await restore();
    await until(async () => outcome(await dryRun(cluster, 'default', OPTED_IN)) === 'injected');
    await replicas.settled();
  });

  it('finds nothing in a healthy release', async () => {
    await replicas.settled();
    const { code, results } = await check();
    assert.deepEqual([code, results.filter(({ status }) => status !== 'ok')], [0, []]);
    assert.ok(results.length >= 15);
  });

  it('prints a line for each check, and then how many are ok', async () => {
    const { stdout } = await proxyInjector(['check', '--kubeconfig', cluster.kubeconfig]);
    assert.match(stdout, /^(✓ .+\n){15,}\n\d+ ok\n$/);
  });

  it('finds an injector before an installation, and nothing else', async () => {
    const { code, results } = await check('--pre');
    const bad = results.filter(({ status }) => status !== 'ok').map(({ check }) => check);
    assert.deepEqual([code, bad], [0, ['other-injectors']]);
  });

  it('finds namespaces whose Pod Security level, quota, or LimitRange rejects injected Pods', async () => {
    const [secure, quota, limits] = await Promise.all([
      namespace({ labels: { ...OPTED_IN.labels, 'pod-security.kubernetes.io/enforce': 'baseline' } }),
      namespace(),
      namespace(),
    ]);
    await cluster.apply(
      [
        {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'quota', namespace: quota },
          spec: { hard: { 'limits.cpu': '4' } },
        },
      ],
      quota,
    );
    await cluster.apply(
      [
        {
          apiVersion: 'v1',
          kind: 'LimitRange',
          metadata: { name: 'limits', namespace: limits },
          spec: { limits: [{ type: 'Container', max: { memory: '20Mi' } }] },
        },
      ],
      limits,
    );
    await until(async () => (await cluster.get('resourcequota', 'quota', '-n', quota)).status?.hard);
    const { namespaces, ...others } = await found();
    await cluster.kubectl('delete', 'namespace', secure, quota, limits);
    assert.deepEqual(others, {});
    assert.match(
      namespaces ?? '',
      new RegExp(`namespace ${secure} .*violates PodSecurity.*init-iptables.*NET_ADMIN`),
    );
    assert.match(
      namespaces ?? '',
      new RegExp(`namespace ${quota} .*must specify limits.cpu for: .*proxy-sidecar`),
    );
    assert.match(namespaces ?? '', new RegExp(`namespace ${limits} .*memory limit of 20Mi`));
  });

  it('finds namespaces that opt in, and are excluded', async () => {
    await cluster.kubectl('label', 'namespace', 'kube-public', 'proxy-injection=enabled');
    try {
      assert.deepEqual(Object.entries(await found()), [
        ['webhook-selectors', "namespace kube-public opts in, but the webhook's selectors exclude it"],
      ]);
    } finally {
      await cluster.kubectl('label', 'namespace', 'kube-public', 'proxy-injection-');
    }
  });

  it('finds selectors that match nothing', async () => {
    const value = { matchLabels: { nobody: 'has-this' } };
    await patchWebhooks(
      [0, 1].map((index) => ({ op: 'replace', path: `/webhooks/${index}/namespaceSelector`, value })),
    );
    const { 'webhook-selectors': selectors } = await found();
    assert.match(selectors ?? '', /no Pod of any namespace matches the selectors of proxy-injector/);
    await restore();
    assert.deepEqual(await found(), {});
  });

  it("finds another mesh's webhook for the same Pods", async () => {
    await cluster.apply([
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'MutatingWebhookConfiguration',
        metadata: { name: 'istio-sidecar-injector' },
        webhooks: [
          {
            name: 'namespace.sidecar-injector.istio.io',
            clientConfig: { url: 'https://127.0.0.1:1/inject' },
            failurePolicy: 'Ignore',
            timeoutSeconds: 1,
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': usual } },
            rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
          },
        ],
      },
    ]);
    try {
      assert.deepEqual(await found(), {
        'other-webhooks': `Istio (istio-sidecar-injector) also injects Pods in ${usual}`,
      });
    } finally {
      await cluster.kubectl('delete', 'mutatingwebhookconfiguration', 'istio-sidecar-injector');
    }
  });

  it('finds that the ClusterRoleBinding is missing', async () => {
    await cluster.kubectl('delete', 'clusterrolebinding', RELEASE);
    const { permissions } = await found();
    assert.equal(
      permissions,
      `system:serviceaccount:${RELEASE}:${RELEASE} cannot get namespaces, list namespaces, watch namespaces, create events, patch events`,
    );
    await restore();
    assert.equal((await found()).permissions, undefined);
  });

  it('finds a replica with an old configuration', async () => {
    const { data } = await cluster.get('configmap', RELEASE, '-n', RELEASE);
    const [file] = Object.keys(data);
    assert.ok(file);
    const content = parse(data[file]);
    const [first] = await replicas.list();
    assert.ok(first);
    let changes = 0;
    // Another change each time, in case both replicas have loaded the one before when the check reads them.
    await until(async () => {
      changes += 1;
      const changed = { ...content, proxy: { ...content.proxy, image: `localhost/another:${changes}` } };
      const patch = JSON.stringify({ data: { [file]: stringify(changed) } });
      await cluster.kubectl('patch', 'configmap', RELEASE, '-n', RELEASE, `--patch=${patch}`);
      const nudge = ['--overwrite', `test/nudged=${Date.now()}`]; // makes the kubelet update its mounted files
      await cluster.kubectl('annotate', 'pod', first.metadata.name, '-n', RELEASE, ...nudge);
      return /the replicas have 2 configurations/.test((await found())['replica-configuration'] ?? '');
    });
    await restore();
    await replicas.nudge();
    await until(async () => (await found())['replica-configuration'] === undefined);
  });

  it('finds an injected Pod whose init container fails, and its message', async () => {
    await cluster.apply(
      [
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'broken', annotations: { 'proxy-injection/status': 'injected' } },
          spec: {
            initContainers: [
              {
                name: 'init-iptables',
                image: PEER_IMAGE,
                args: ['no such role'],
                terminationMessagePolicy: 'FallbackToLogsOnError',
              },
            ],
            containers: [{ name: 'proxy-sidecar', image: PEER_IMAGE, args: ['proxy'] }],
          },
        },
      ],
      usual,
    );
    await until(async () => (await found())['injected-pods'] !== undefined);
    assert.match(
      (await found())['injected-pods'] ?? '',
      new RegExp(`^pod/broken -n ${usual}: init-iptables: .*role`),
    );
    await cluster.kubectl('delete', 'pod', 'broken', '-n', usual, '--now');
  });

  it('finds a caBundle without the CA of the certificate', async () => {
    await certManager.stop();
    const { cert } = await makePair({ commonName: 'another CA', ca: true });
    const value = Buffer.from(cert).toString('base64');
    await patchWebhooks(
      [0, 1].map((index) => ({ op: 'replace', path: `/webhooks/${index}/clientConfig/caBundle`, value })),
    );
    await until(async () => outcome(await dryRun(cluster, usual)).includes('x509'));
    const { certificate, ...others } = await found();
    assert.match(
      certificate ?? '',
      /: its certificate is not from a CA of the caBundle in the webhook configuration/,
    );
    assert.match(others['dry-run'] ?? '', /x509: certificate signed by unknown authority/);
    await certManager.start();
    await until(async () => outcome(await dryRun(cluster, usual)) === 'injected');
    assert.equal((await found()).certificate, undefined);
  });

  it('finds an expired certificate', async () => {
    await certManager.stop();
    const end = new Date(Math.ceil(Date.now() / 1000 + 15) * 1000);
    await replaceCertificate(cluster, await certificateUntil(cluster, end));
    await until(async () => (await found()).certificate?.includes(`expired at ${end.toISOString()}`));
    await certManager.start();
    await until(async () => Object.keys(await found()).length === 0);
  });

  it('finds a Service without endpoints', async () => {
    await cluster.kubectl('scale', 'deployment', RELEASE, '-n', RELEASE, '--replicas=0');
    await until(async () => (await replicas.list()).length === 0);
    const { service, replicas: missing, 'failure-policy': policy } = await found();
    assert.equal(service, `Service ${RELEASE} in namespace ${RELEASE} has no ready endpoints`);
    assert.match(missing ?? '', /no replica/);
    assert.match(policy ?? '', /no selected Pod can be created/);
    await cluster.kubectl('scale', 'deployment', RELEASE, '-n', RELEASE, '--replicas=2');
    await replicas.settled();
  });

  it('says what a user without permissions cannot read', async () => {
    const { code, stdout } = await proxyInjector(['check', '--kubeconfig', await restricted()]);
    assert.equal(code, 0);
    assert.match(stdout, /\? .*\n {4}not checked: .*cannot list resource "mutatingwebhookconfigurations"/);
  });

  it('finds that the webhook configuration is gone', async () => {
    await cluster.kubectl('delete', 'mutatingwebhookconfiguration', RELEASE);
    const { code, results } = await check();
    const failed = results.filter(({ status }) => status === 'failed').map(({ check }) => check);
    assert.deepEqual([code, failed], [1, ['webhook-configuration']]);
    assert.ok(results.some(({ status }) => status === 'skipped'));
    await restore();
  });

  /** A kubeconfig of a ServiceAccount without permissions. */
  async function restricted(): Promise<string> {
    const token = (await cluster.kubectl('create', 'token', 'default', '-n', usual)).trim();
    const config = JSON.parse(await cluster.kubectl('config', 'view', '--raw', '--flatten', '-o', 'json'));
    const file = join(temporaryFolder(), 'kubeconfig');
    writeFileSync(
      file,
      JSON.stringify({
        ...config,
        users: config.users.map(({ name }: { name: string }) => ({ name, user: { token } })),
      }),
    );
    return file;
  }
});
