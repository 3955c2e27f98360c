import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inCluster } from '../../../src/cluster/api-access.js';
import { ApiClient } from '../../../src/cluster/api-client.js';
import { NamespaceInformer } from '../../../src/namespaces/informer.js';
import { until } from '../../support/until.js';
import { makePair } from '../tls/pairs.js';
import { FakeApiServer } from './fake-api-server.js';
import { FAST } from './informer-setup.js';
import { RecordingLog } from './recording-log.js';
import { ServiceAccount } from './service-account.js';

test('watches namespaces over TLS with the access the kubelet gives to a Pod', async (t) => {
  const tls = await makePair({ ca: true });
  const api = await FakeApiServer.start({ tls, token: 'secret' });
  const account = new ServiceAccount().write('token', 'secret').write('ca.crt', tls.cert);
  const access = inCluster(api.environment, account.directory);
  assert.ok(access);
  const log = new RecordingLog();
  const informer = new NamespaceInformer(new ApiClient(access), log.log, FAST);
  t.after(async () => {
    await informer.stop();
    await api.stop();
    account.remove();
  });
  api.set('shop', { 'proxy-injection': 'disabled' });
  informer.start();
  await until(() => informer.synced);
  assert.deepEqual(informer.peek('shop'), { annotations: { 'proxy-injection': 'disabled' } });
  await until(() => api.watches === 1);
  api.hold();
  api.set('bank');
  assert.deepEqual(await informer.get('bank'), { annotations: {} });
  api.release();
  api.set('after');
  await until(() => informer.peek('after') !== undefined);
  assert.deepEqual(log.texts('warn'), []);
});
