import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ServiceAccount } from '../../test/http/namespaces/service-account.js';
import { inCluster, ownNamespace } from './api-access.js';

describe(inCluster.name, () => {
  const hosts: Record<string, string> = {
    '10.96.0.1': 'https://10.96.0.1:443',
    'fd00:10:96::1': 'https://[fd00:10:96::1]:443',
    '[fd00:10:96::1]': 'https://[fd00:10:96::1]:443',
    'kubernetes.default': 'https://kubernetes.default:443',
  };
  for (const [host, url] of Object.entries(hosts)) {
    test(`builds a URL from ${host}`, () => {
      const env = { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: '443' };
      assert.equal(inCluster(env)?.url, url);
    });
  }

  test('reads the token and the CA again for each request', (t) => {
    const account = new ServiceAccount().write('token', 'first\n').write('ca.crt', 'PEM\n');
    t.after(() => account.remove());
    const env = { KUBERNETES_SERVICE_HOST: 'k', KUBERNETES_SERVICE_PORT: '6443' };
    const access = inCluster(env, account.directory);
    assert.deepEqual(access?.credentials?.(), {
      headers: { authorization: 'Bearer first' },
      tls: { ca: 'PEM' },
    });
    account.write('token', 'second');
    assert.deepEqual(access?.credentials?.(), {
      headers: { authorization: 'Bearer second' },
      tls: { ca: 'PEM' },
    });
  });

  test('returns undefined outside a cluster', () => {
    assert.equal(inCluster({}), undefined);
    assert.equal(inCluster({ KUBERNETES_SERVICE_HOST: '10.96.0.1' }), undefined);
    assert.equal(inCluster({ KUBERNETES_SERVICE_HOST: '', KUBERNETES_SERVICE_PORT: '443' }), undefined);
  });
});

describe(ownNamespace.name, () => {
  test('reads the environment, then the file, and returns undefined without either', (t) => {
    const account = new ServiceAccount();
    t.after(() => account.remove());
    const { directory } = account;
    assert.equal(ownNamespace({}, directory), undefined);
    account.write('namespace', 'from-file\n');
    assert.equal(ownNamespace({}, directory), 'from-file');
    assert.equal(ownNamespace({ POD_NAMESPACE: '' }, directory), 'from-file');
    assert.equal(ownNamespace({ POD_NAMESPACE: 'from-env' }, directory), 'from-env');
    account.write('namespace', '\n');
    assert.equal(ownNamespace({}, directory), undefined);
  });

  test('throws if the file cannot be read', (t) => {
    const account = new ServiceAccount().write('token', '');
    t.after(() => account.remove());
    assert.throws(() => ownNamespace({}, `${account.directory}/token`), { code: 'ENOTDIR' });
  });
});
