import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { FakeApiServer } from '../http/namespaces/fake-api-server.js';
import { ServiceAccount } from '../http/namespaces/service-account.js';
import { MountedVolume } from '../http/tls/mounted-volume.js';
import { makePair } from '../http/tls/pairs.js';
import { recordedReview } from '../support/reviews.js';
import { until } from '../support/until.js';
import { Injector } from './injector.js';

const DISABLED = { 'proxy-injection': 'disabled' };

/** With a fake API server that speaks the real protocol: TLS, tokens, list, watch, and get on real sockets. */
describe('the service in a cluster', () => {
  let secret: MountedVolume;
  let account: ServiceAccount;
  let api: FakeApiServer;
  let injector: Injector | undefined;

  before(async () => {
    const [ours, theirs] = await Promise.all([makePair(), makePair()]);
    secret = MountedVolume.create({ 'tls.crt': ours.cert, 'tls.key': ours.key });
    account = new ServiceAccount()
      .write('token', 'good')
      .write('ca.crt', theirs.cert)
      .write('namespace', 'injector');
    api = await FakeApiServer.start({ tls: theirs, token: 'good' });
  });
  after(async () => {
    await api.stop();
    account.remove();
    secret.remove();
  });
  beforeEach(() => {
    api.set('shop');
    api.set('legacy', DISABLED);
  });
  afterEach(async () => {
    await injector?.stop();
    injector = undefined;
    api.always('list');
    api.always('get');
    api.token = 'good';
  });

  async function start(options = {}): Promise<Injector> {
    injector = await Injector.start(
      {
        ...api.environment,
        INJECTOR_KUBERNETES_SERVICE_ACCOUNT: account.directory,
        INJECTOR_TLS_CERT: secret.file('tls.crt'),
        INJECTOR_TLS_KEY: secret.file('tls.key'),
        INJECTOR_SHUTDOWN_DRAIN_SECONDS: '0',
      },
      options,
    );
    return injector;
  }

  async function send(
    file: string,
    namespace?: string,
  ): Promise<{ status: number; reason?: string; message?: string }> {
    const review = JSON.parse(recordedReview(file));
    if (namespace !== undefined) review.request.namespace = namespace;
    const { status, body } = await (injector as Injector).post(JSON.stringify(review));
    const { response, message } = JSON.parse(body);
    return { status, reason: response?.auditAnnotations.reason, message };
  }

  it('reads the annotation of the namespace, not of the Pod', async () => {
    await start();
    assert.equal((await send('pod-in-disabled-namespace')).reason, 'namespace-disabled');
    assert.equal((await send('pod-by-kubectl')).reason, 'injected');
  });

  it('notices when a namespace changes', async () => {
    await start();
    assert.equal((await send('pod-by-kubectl')).reason, 'injected');
    api.set('shop', DISABLED);
    await until(async () => (await send('pod-by-kubectl')).reason === 'namespace-disabled');
  });

  it('looks up a namespace that its watch has not delivered yet', async () => {
    await start();
    api.hold();
    api.set('brand-new', DISABLED);
    assert.equal((await send('pod-by-kubectl', 'brand-new')).reason, 'namespace-disabled');
    api.release();
  });

  it('answers concurrent requests correctly while some wait for a namespace', async () => {
    await start();
    api.hold();
    const namespaces = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? `new-${index}` : 'shop'));
    for (const name of namespaces) if (name !== 'shop') api.set(name, DISABLED);
    const answers = await Promise.all(namespaces.map((name) => send('pod-by-kubectl', name)));
    assert.deepEqual(
      answers.map(({ reason }) => reason),
      namespaces.map((name) => (name === 'shop' ? 'injected' : 'namespace-disabled')),
    );
    api.release();
  });

  it('skips Pods in its own namespace, so that it can always start', async () => {
    await start();
    assert.equal((await send('pod-by-kubectl', 'injector')).reason, 'namespace-excluded');
  });

  it('answers 500 instead of denying the Pod if the namespace lookup fails', async () => {
    await start();
    api.always('get', (response) => response.writeHead(503).end('away'));
    const { status, message } = await send('pod-by-kubectl', 'unknown');
    assert.equal(status, 500);
    assert.match(message ?? '', /^cannot look up namespace "unknown": GET /);
    assert.equal((await send('mirror-pod', 'unknown')).reason, 'mirror-pod');
    const { body } = await (injector as Injector).management('/metrics');
    assert.match(
      body,
      /^proxy_injector_admission_requests_total\{outcome="error",reason="namespace-lookup-failed"\} 1$/m,
    );
  });

  it('exports when the namespaces were last current', async () => {
    const started = await start();
    const lastEvent = async () => {
      const { body } = await started.management('/metrics');
      return Number(/^proxy_injector_namespace_watch_last_event_timestamp_seconds (.*)$/m.exec(body)?.[1]);
    };
    const first = await lastEvent();
    assert.ok(Math.abs(Date.now() / 1000 - first) < 60, String(first));
    api.bookmark();
    await until(async () => (await lastEvent()) > first);
  });

  it('is not ready before it has listed the namespaces, but answers admission requests', async () => {
    api.always('list', (response) => response.writeHead(503).end());
    const started = await start({ ready: false });
    await until(() => started.line('Management listening'));
    const { status, body } = await started.management('/readyz');
    assert.equal(status, 503);
    assert.deepEqual(JSON.parse(body).error, { namespaces: { status: 'down', message: 'not listed yet' } });
    assert.match((await started.management('/metrics')).body, /^proxy_injector_namespaces_synced 0$/m);
    assert.equal((await send('pod-by-kubectl')).reason, 'injected');
    api.always('list');
    await until(async () => (await started.management('/readyz')).status === 200);
    assert.match((await started.management('/metrics')).body, /^proxy_injector_namespaces_synced 1$/m);
  });
});
