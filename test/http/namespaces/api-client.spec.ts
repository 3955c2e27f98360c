import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { mountedCredentials } from '../../../src/cluster/api-access.js';
import { ApiClient, type Get } from '../../../src/cluster/api-client.js';
import { ApiError } from '../../../src/cluster/api-error.js';
import { PRODUCT_VERSION } from '../../../src/core/version.js';
import { until } from '../../support/until.js';
import { makePair } from '../tls/pairs.js';
import { drop, hang, status } from './fake-answers.js';
import { type FakeApiOptions, FakeApiServer } from './fake-api-server.js';
import { ServiceAccount } from './service-account.js';

const LIST: Get = {
  path: '/api/v1/namespaces?limit=7',
  accept: 'application/json',
  signal: new AbortController().signal,
};

describe(ApiClient.name, () => {
  test('sends no token without credentials, as for kubectl proxy', async (t) => {
    const { api } = await setup(t);
    await new ApiClient({ url: api.url }).json(LIST);
    const { authorization, 'user-agent': agent, accept } = api.requests[0]?.headers ?? {};
    assert.deepEqual(
      { authorization, agent, accept },
      { authorization: undefined, agent: `proxy-injector/${PRODUCT_VERSION}`, accept: 'application/json' },
    );
  });

  test('reads the token again for every request', async (t) => {
    const { api, account, client } = await setup(t);
    account.write('token', 'first\n');
    await client.json(LIST);
    account.write('token', 'second\n');
    await client.json(LIST);
    assert.deepEqual(authorizations(api), ['Bearer first', 'Bearer second']);
  });

  test('retries after a 401 if the token has been replaced since', async (t) => {
    const { api, account, client } = await setup(t);
    account.write('token', 'old');
    api.next('list', (response) => {
      account.write('token', 'new');
      status(401)(response);
    });
    await client.json(LIST);
    assert.deepEqual(authorizations(api), ['Bearer old', 'Bearer new']);
  });

  test('does not retry after a 401 if the token is still the same', async (t) => {
    const { api, account, client } = await setup(t, { token: 'another' });
    account.write('token', 'mine');
    await assert.rejects(client.json(LIST), { name: 'ApiError', status: 401 });
    assert.equal(api.requests.length, 1);
  });

  test('names the missing token file', async (t) => {
    const { api, account } = await setup(t);
    const credentials = () => mountedCredentials(`${account.directory}/none`);
    const client = new ApiClient({ url: api.url, credentials });
    await assert.rejects(client.json(LIST), ({ message }: Error) =>
      message.includes(`${account.directory}/none/`),
    );
  });

  test('reports the URL without its query, the status, and the message of the API server', async (t) => {
    const { api } = await setup(t);
    api.next('list', status(429, 'too many requests'));
    const error = await new ApiClient({ url: api.url }).json(LIST).catch((reason: unknown) => reason);
    assert.ok(error instanceof ApiError);
    assert.equal(error.status, 429);
    assert.equal(error.message, `GET ${api.url}/api/v1/namespaces: 429 too many requests`);
  });

  test('sends nothing if the signal is already aborted', async (t) => {
    const { api } = await setup(t);
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(new ApiClient({ url: api.url }).json({ ...LIST, signal }), /: enough$/);
    assert.equal(api.requests.length, 0);
  });

  test('trusts the current CA of the service account', async (t) => {
    const [pair, otherPair] = [await makePair({ ca: true }), await makePair({ ca: true })];
    const { account, client } = await setup(t, { tls: pair });
    account.write('token', 'x').write('ca.crt', otherPair.cert);
    await assert.rejects(client.json(LIST), /self-signed certificate|certificate signature failure/i);
    account.write('ca.crt', pair.cert);
    await client.json(LIST);
  });

  test('does not use a connection again after the CA has changed', async (t) => {
    const [pair, otherPair] = [await makePair({ ca: true }), await makePair({ ca: true })];
    const { account, client } = await setup(t, { tls: pair });
    account.write('token', 'x').write('ca.crt', pair.cert);
    await client.json(LIST);
    account.write('ca.crt', otherPair.cert);
    await assert.rejects(client.json(LIST), /self-signed certificate|certificate signature failure/i);
    account.write('ca.crt', `${pair.cert}\n${otherPair.cert}`);
    await client.json(LIST);
  });

  test('uses one connection for requests that follow each other', async (t) => {
    const { api, client } = await setup(t);
    for (let request = 0; request < 5; request++) await client.json(LIST);
    assert.deepEqual([api.opened, api.connections, api.requests.length], [1, 1, 5]);
    client.close();
    await until(() => api.connections === 0);
  });

  test('sends a request again if the server closes the kept connection, but not a new one', async (t) => {
    const { api, client } = await setup(t);
    await client.json(LIST);
    api.next('list', drop);
    await client.json(LIST);
    assert.deepEqual([api.opened, api.requests.length], [2, 3]);
    api.always('list', drop);
    await assert.rejects(client.json(LIST), /socket hang up/);
    assert.deepEqual([api.opened, api.requests.length], [3, 5]);
  });

  test('does not send an aborted request again', async (t) => {
    const { api, client } = await setup(t);
    await client.json(LIST);
    api.next('list', hang);
    const abort = new AbortController();
    const request = client.json({ ...LIST, signal: abort.signal });
    await until(() => api.requests.length === 2);
    abort.abort(new Error('enough'));
    await assert.rejects(request, /: enough$/);
    assert.equal(api.requests.length, 2);
  });

  test('rejects a certificate for another host, even if the CA signed it', async (t) => {
    const pair = await makePair({ ca: true, hosts: ['10.96.0.1'] });
    const { account, client } = await setup(t, { tls: pair });
    account.write('token', 'x').write('ca.crt', pair.cert);
    await assert.rejects(client.json(LIST), /ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  test('does not trust an unknown CA without credentials', async (t) => {
    const { api } = await setup(t, { tls: await makePair({ ca: true }) });
    await assert.rejects(new ApiClient({ url: api.url }).json(LIST), /DEPTH_ZERO_SELF_SIGNED_CERT/);
  });
});

async function setup(t: TestContext, options: FakeApiOptions = {}) {
  const api = await FakeApiServer.start(options);
  const account = new ServiceAccount().write('token', 'x').write('ca.crt', '');
  const client = new ApiClient({ url: api.url, credentials: () => mountedCredentials(account.directory) });
  t.after(async () => {
    client.close();
    await api.stop();
    account.remove();
  });
  return { api, account, client };
}

function authorizations(api: FakeApiServer): (string | undefined)[] {
  return api.requests.map(({ headers }) => headers.authorization);
}
