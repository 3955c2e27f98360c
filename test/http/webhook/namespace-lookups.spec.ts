import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { recordedReview } from '../../support/reviews.js';
import { until } from '../../support/until.js';
import { hang } from '../namespaces/fake-answers.js';
import { FakeApiServer } from '../namespaces/fake-api-server.js';
import { ServiceAccount } from '../namespaces/service-account.js';
import { MountedVolume } from '../tls/mounted-volume.js';
import { makePair } from '../tls/pairs.js';
import { type Answer, Service } from './service.js';

describe('requests about namespaces that are not in memory', () => {
  let api: FakeApiServer;
  let account: ServiceAccount;
  let secret: MountedVolume;
  let service: Service;

  before(async () => {
    const tls = await makePair();
    secret = MountedVolume.create({ 'tls.crt': tls.cert, 'tls.key': tls.key });
    api = await FakeApiServer.start({ tls });
    account = new ServiceAccount().write('token', 'x').write('ca.crt', tls.cert);
    api.set('shop');
    service = await Service.start('webhook: {maxPendingMebibytes: 8}', {
      ...api.environment,
      INJECTOR_KUBERNETES_SERVICE_ACCOUNT: account.directory,
      INJECTOR_TLS_CERT: secret.file('tls.crt'),
      INJECTOR_TLS_KEY: secret.file('tls.key'),
    });
    await until(() => api.watches === 1);
  });
  after(async () => {
    await service.stop();
    await api.stop();
    account.remove();
    secret.remove();
  });
  afterEach(() => api.always('get'));

  function send(namespace: string, bytes = 0): Promise<Answer> {
    const review = JSON.parse(recordedReview('pod-by-kubectl'));
    review.request.namespace = namespace;
    return service.request({ body: JSON.stringify(review).padEnd(bytes) });
  }

  const errors = (reason: string) =>
    service.metric(`admission_requests_total{outcome="error",reason="${reason}"}`);

  it('answers 400 about a namespace that does not exist, without a stack trace', async () => {
    service.logs.length = 0;
    const { status, body } = await send('nowhere');
    assert.equal(status, 400);
    const message = 'request.namespace: expected a namespace of the cluster, got "nowhere"';
    assert.equal(JSON.parse(body).message, message);
    const [{ level, msg, reason, err } = {}] = service.logs;
    assert.deepEqual(
      { level, msg, reason, err },
      { level: 40, msg: message, reason: 'unknown-namespace', err: undefined },
    );
    assert.equal(await errors('unknown-namespace'), 1);
    assert.equal(await errors('namespace-lookup-failed'), 0);
  });

  it('answers 500 if the API server fails', async () => {
    api.next('get', (response) => response.writeHead(503).end('away'));
    const { status, body } = await send('unlucky');
    assert.equal(status, 500);
    assert.match(JSON.parse(body).message, /^cannot look up namespace "unlucky": GET .*: 503 away$/);
  });

  it('answers 503 if too many are asked about at once, and all others as ever', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `flood-${index}`);
    await Promise.all(names.map(() => send('shop'))); // opens the connections, which takes a busy machine a while
    api.always('get', hang);
    const flood = names.map(send);
    await until(async () => (await errors('overloaded')) > 0);
    assert.equal((await send('shop')).status, 200);
    const refused = (await Promise.all(flood)).filter(({ status }) => status === 503);
    assert.equal(refused.length, await errors('overloaded'));
    for (const { headers, body } of refused) {
      assert.equal(headers['retry-after'], '1');
      assert.match(
        JSON.parse(body).message,
        /: too many lookups: (expected at most 108 at a time, got more|no turn within 1000 ms)$/,
      );
    }
  });

  it('counts their bodies as pending while they wait', async () => {
    const bytes = 5 * 1024 * 1024;
    api.always('get', hang);
    const waiting = send('slow', bytes);
    await until(() => api.requests.some(({ path }) => path.endsWith('/slow')));
    assert.equal((await send('shop', bytes)).status, 503);
    assert.equal((await waiting).status, 500);
    assert.equal((await send('shop', bytes)).status, 200);
  });
});
