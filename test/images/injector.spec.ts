import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { FakeApiServer } from '../http/namespaces/fake-api-server.js';
import { ServiceAccount } from '../http/namespaces/service-account.js';
import { MountedVolume } from '../http/tls/mounted-volume.js';
import { makePair } from '../http/tls/pairs.js';
import { Injector } from '../process/injector.js';
import type { Container } from '../support/containers/bundle.js';
import { recordedReview } from '../support/reviews.js';
import { until } from '../support/until.js';
import { INJECTOR, InjectorContainer, RESTRICTED } from './injector-container.js';

const REVIEW = recordedReview('pod-by-replicaset');
const CERTIFICATES = '/etc/webhook/certs';
const CONFIGURATION = '/etc/proxy-injector';
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const CLI = ['dist/cli/main.js', 'inject', '-f', '-'];

describe('a container of the image injector, with the privileges that the chart grants', () => {
  const cleanups: (() => unknown)[] = [];
  let api: FakeApiServer;
  let account: ServiceAccount;
  let secret: MountedVolume;
  let configuration: MountedVolume;

  before(async () => {
    const [webhookPair, apiPair] = await Promise.all([makePair(), makePair()]);
    secret = MountedVolume.create({ 'tls.crt': webhookPair.cert, 'tls.key': webhookPair.key });
    configuration = MountedVolume.create({ 'config.yaml': 'proxy: {image: "one:1"}' });
    account = new ServiceAccount()
      .write('token', 'good')
      .write('ca.crt', apiPair.cert)
      .write('namespace', 'injector');
    api = await FakeApiServer.start({ tls: apiPair, token: 'good' });
    api.set('shop');
  });
  after(async () => {
    await api.stop();
    account.remove();
    secret.remove();
    configuration.remove();
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  function container(options: Partial<Container> = {}): InjectorContainer {
    const made = new InjectorContainer(options);
    cleanups.push(() => made.remove());
    return made;
  }

  /** Starts a container with the volumes and variables of the chart's Pods. */
  async function inCluster(options: Partial<Container> = {}) {
    const made = container({
      volumes: {
        [CERTIFICATES]: secret.path,
        [CONFIGURATION]: configuration.path,
        [SERVICE_ACCOUNT]: account.directory,
      },
      ...options,
    });
    const env = { ...api.environment, INJECTOR_CONFIG: `${CONFIGURATION}/config.yaml` };
    const injector = await Injector.start(
      { ...env, INJECTOR_SHUTDOWN_DRAIN_SECONDS: '5' },
      { launch: made.launch },
    );
    cleanups.push(() => injector.stop());
    return { container: made, injector };
  }

  it('serves in a cluster, with a Secret, a ConfigMap, and a ServiceAccount', async () => {
    const { injector } = await inCluster();
    const { status, body } = await injector.post(REVIEW);
    assert.equal(status, 200);
    const { patch, auditAnnotations } = JSON.parse(body).response;
    assert.equal(auditAnnotations.reason, 'injected');
    assert.match(Buffer.from(patch, 'base64').toString(), /"image":"one:1"/);
    assert.equal((await injector.management('/readyz')).status, 200);
    const { body: metrics } = await injector.management('/metrics');
    assert.match(metrics, /^proxy_injector_injections_total\{mode="container"\} 1$/m);
    assert.match(
      metrics,
      new RegExp(`^proxy_injector_build_info\\{version="${PRODUCT_VERSION}",node="v24`, 'm'),
    );
    assert.equal(injector.stderr, '');
  });

  it('reloads its Secret and its ConfigMap', async () => {
    const { injector } = await inCluster();
    const first = await injector.post(REVIEW);
    const next = await makePair();
    secret.update({ 'tls.crt': next.cert, 'tls.key': next.key });
    configuration.update({ 'config.yaml': 'proxy: {image: "two:2"}' });
    await until(async () => (await injector.post(REVIEW)).serial !== first.serial);
    await until(async () => {
      const { body } = await injector.post(REVIEW);
      return Buffer.from(JSON.parse(body).response.patch, 'base64').includes('"image":"two:2"');
    });
  });

  it('keeps serving while it drains after SIGTERM, and exits with status 0', async () => {
    const { injector } = await inCluster();
    injector.kill('SIGTERM');
    await until(async () => (await injector.management('/readyz')).status === 503);
    assert.equal((await injector.post(REVIEW)).status, 200);
    assert.equal(await injector.exit(), 0);
  });

  it('writes nothing to its root file system, even if it is writable', async () => {
    const { container, injector } = await inCluster({
      securityContext: { ...RESTRICTED, readOnlyRootFilesystem: false },
    });
    assert.equal((await injector.post(REVIEW)).status, 200);
    injector.kill('SIGTERM');
    assert.equal(await injector.exit(), 0);
    assert.deepEqual(container.written, []);
  });

  it('serves outside a cluster, with a self-signed certificate', async () => {
    const { launch } = container();
    const injector = await Injector.start({ INJECTOR_SHUTDOWN_DRAIN_SECONDS: '0' }, { launch });
    cleanups.push(() => injector.stop());
    assert.equal((await injector.post(REVIEW)).status, 200);
    assert.ok(injector.line('No certificate files and no cluster'));
  });

  it('exits with one line of error in a cluster without a certificate', () => {
    const made = container({ volumes: { [SERVICE_ACCOUNT]: account.directory } });
    const { status, stderr } = made.run(api.environment);
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`^[^\n]*${CERTIFICATES}/tls\\.crt[^\n]*\n$`));
  });

  const hasCli = existsSync(join(INJECTOR.rootfs, 'app', 'dist', 'cli', 'main.js'));
  it('runs the CLI', { skip: !hasCli && 'this version has no CLI' }, () => {
    const { object } = JSON.parse(REVIEW).request;
    const pod = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...object });
    const { status, stdout } = container({ args: CLI }).run({}, pod);
    assert.equal(status, 0);
    assert.match(stdout, /proxy-sidecar/);
  });
});
