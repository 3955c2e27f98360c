import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { proxyInjector } from '../cli/command-line.js';
import { dryRunPath, heldPod, INJECTED, injectedInto, podsPath } from '../cluster/admission/pods.js';
import { OPTED_IN } from '../cluster/cluster.js';
import { RELEASE, Release } from '../cluster/release.js';
import { until } from '../support/until.js';
import { Installation } from './installation.js';
import { type ApiServerBinary, installedApiServers } from './requirements.js';

/** There is no node for the Job that checks the configuration, and no controller to wait for. */
const FLAGS = ['--wait=hookOnly', '--set=configCheck.enabled=false'];

const POLICY = { mode: 'policy', guard: { action: 'Deny' } };

/** The first minor version with MutatingAdmissionPolicies that are on by default. */
const POLICY_MODE = 36;

for (const binary of installedApiServers()) {
  describe(`Kubernetes ${binary.version}`, { concurrency: 1 }, () => testsOn(binary));
}

function testsOn({ version, path }: ApiServerBinary): void {
  const supportsPolicyMode = Number(version.split('.')[1]) >= POLICY_MODE;
  let installation: Installation;
  let release: Release;

  before(async () => {
    installation = await Installation.start(path);
    release = new Release(installation.kubeconfig);
    await installation.namespace('shop', OPTED_IN);
    await installation.namespace('other');
    await installation.createDefaultAccount('default'); // check creates a Pod there, as a dry run
  });
  after(() => installation?.stop());

  const dryRun = (name: string) => installation.api.post(dryRunPath('shop'), heldPod(name));
  const isInjecting = async () => {
    const { status, object } = await dryRun('ready');
    return status === 201 && isDeepStrictEqual(injectedInto(object), INJECTED);
  };
  const create = (name: string, metadata: object = {}, namespace = 'shop') =>
    installation.api.post(podsPath(namespace), heldPod(name, metadata));
  const cli = (...args: readonly string[]) =>
    proxyInjector([...args, '--kubeconfig', installation.kubeconfig]);

  it('is the version that it says', async () => {
    const { object } = await installation.api.get('/version');
    assert.equal(object.gitVersion, `v${version}`);
  });

  it('passes check --pre, except that there are no nodes', async () => {
    const { code, stdout } = await cli('check', '--pre', '-o', 'json');
    const failed = JSON.parse(stdout).filter(({ status }: { status: string }) => status === 'failed');
    assert.deepEqual([code, failed.map(({ check }: { check: string }) => check)], [1, ['nodes']]);
  });

  describe('with the webhook', () => {
    before(async () => {
      const tls = { certManager: { enabled: false }, secretName: 'none', caBundle: installation.pair.cert };
      await release.apply({ guard: { action: 'Deny' }, tls }, ...FLAGS);
      await installation.startInjector();
      // The API server calls the new webhook, and evaluates the new policies, once it has seen them.
      await until(isInjecting);
    });

    it('injects a Pod of a namespace that opted in, and no other', async () => {
      const injected = await create('web');
      assert.equal(injected.status, 201, injected.object.message);
      assert.deepEqual(injectedInto(injected.object), INJECTED);
      assert.deepEqual(injectedInto((await create('web', {}, 'other')).object), []);
    });

    it('admits a Pod that opted out, with a warning and the reason', async () => {
      const { status, object, warnings } = await create('out', {
        annotations: { 'proxy-injection': 'disabled' },
      });
      assert.deepEqual([status, injectedInto(object)], [201, []]);
      assert.equal(object.metadata.annotations['proxy-injection/reason'], 'pod-disabled');
      assert.equal(warnings.length, 1);
    });

    it('denies a Pod with an override that is not valid', async () => {
      const { status, object } = await create('wrong', { annotations: { 'proxy-injection/mode': 'none' } });
      assert.equal(status, 403);
      assert.match(object.message, /proxy-injection\/mode/);
    });

    it('lets status and explain see what happened', async () => {
      const status = await cli('status', '-n', 'shop');
      assert.equal(status.code, 0, status.stderr);
      assert.match(status.stdout, /web/);
      const explained = await cli('explain', 'pod/web', '-n', 'shop');
      assert.equal(explained.code, 0, explained.stderr);
      assert.match(explained.stdout, /injected/);
    });

    it('finds in check only that no replica runs in the cluster', async () => {
      const { stdout } = await cli('check', '-o', 'json');
      const failed = JSON.parse(stdout).filter(({ status }: { status: string }) => status === 'failed');
      assert.deepEqual(
        failed.map(({ check }: { check: string }) => check),
        ['replicas', 'failure-policy'], // without replicas, no Pod could be created
      );
    });

    it('has a guard that denies Pods which the webhook never saw', async () => {
      const webhooks = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
      await installation.api.delete(`${webhooks}/${RELEASE}`);
      let denial = '';
      await until(async () => {
        const { status, object } = await dryRun('unseen');
        denial = object.message;
        return status === 403;
      });
      assert.match(denial, /ValidatingAdmissionPolicy 'proxy-injector-guard'/);
    });

    it('is removed by helm uninstall', async () => {
      const { status, stderr } = await release.helm('uninstall', RELEASE);
      assert.equal(status, 0, stderr);
    });
  });

  describe('with policies', () => {
    it('injects without a webhook', { skip: !supportsPolicyMode && 'requires 1.36' }, async () => {
      await release.apply(POLICY, ...FLAGS);
      await until(isInjecting);
    });

    it('is refused by the chart, which says why', {
      skip: supportsPolicyMode && 'is supported',
    }, async () => {
      await assert.rejects(release.apply(POLICY, ...FLAGS), /which requires Kubernetes 1\.36/);
    });
  });
}
