import assert from 'node:assert/strict';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { mountedCredentials } from '../../../src/cluster/api-access.js';
import { ApiClient, type Get, type Write } from '../../../src/cluster/api-client.js';
import { ApiError } from '../../../src/cluster/api-error.js';
import { makePair } from '../tls/pairs.js';
import { body, drop, status } from './fake-answers.js';
import { ServiceAccount } from './service-account.js';

const GET: Get = {
  path: '/api/v1/namespaces/shop/events',
  accept: 'application/json',
  signal: new AbortController().signal,
};
const POST: Write = {
  ...GET,
  method: 'POST',
  path: `${GET.path}?dryRun=All`,
  contentType: 'application/json',
  body: { reason: 'Skipped', message: 'größer' },
};
const PATCH: Write = {
  ...POST,
  method: 'PATCH',
  contentType: 'application/merge-patch+json',
  body: { spec: null },
};

interface Received {
  readonly request: string;
  readonly type: string | undefined;
  readonly body: unknown;
}

describe('a write of ApiClient', () => {
  test('sends its body as JSON, and returns that of the response', async (t) => {
    const { client, received } = await setup(t, body('{"kind":"Event"}', 201));
    assert.deepEqual(await client.json(POST), { kind: 'Event' });
    assert.deepEqual(received, [
      { request: `POST ${POST.path}`, type: 'application/json', body: POST.body },
    ] satisfies Received[]);
  });

  test('sends a patch as what it is', async (t) => {
    const { client, received } = await setup(t, body('{"kind":"Event"}'));
    await client.json(PATCH);
    assert.deepEqual(received, [
      { request: `PATCH ${PATCH.path}`, type: 'application/merge-patch+json', body: { spec: null } },
    ] satisfies Received[]);
  });

  test('reports its method, its URL, and the message of the API server', async (t) => {
    const { client, url } = await setup(t, status(403, 'events is forbidden'));
    const error = await client.json(POST).catch((reason: unknown) => reason);
    assert.ok(error instanceof ApiError);
    assert.equal(error.message, `POST ${url}${GET.path}: 403 events is forbidden`);
    assert.deepEqual([error.status, error.reason], [403, 'Forbidden']);
  });

  test('is sent only once if the server closes the connection', async (t) => {
    const { client, received } = await setup(t, (response, method) =>
      method === 'GET' ? body('{}')(response) : drop(response),
    );
    await client.json(GET); // keeps a connection
    for (const write of [POST, PATCH]) await assert.rejects(client.json(write), /socket hang up/);
    assert.deepEqual(
      received.map(({ request }) => request.split(' ')[0]),
      ['GET', 'POST', 'PATCH'],
    );
  });

  test('does not fail because the server closes the connections it keeps', async (t) => {
    const { client, connections } = await setup(t, body('{}'));
    for (const request of [GET, POST, GET, PATCH, GET]) await client.json(request);
    assert.equal(connections(), 3); // one for all GET requests, and one for each write
  });

  test('is sent again after a 401 if the token has been replaced since', async (t) => {
    const { client, account, received } = await setup(t, (response) => {
      const isFirst = received.length === 1;
      account.write('token', 'new');
      (isFirst ? status(401) : body('{}', 201))(response);
    });
    await client.json(POST);
    assert.deepEqual(
      received.map(({ body }) => body),
      [POST.body, POST.body],
    );
  });

  test('verifies the certificate, and resumes the TLS session', async (t) => {
    const pair = await makePair({ ca: true });
    const { client, account, received, resumed } = await setup(t, body('{}'), pair);
    await assert.rejects(client.json(POST), /self-signed certificate/i);
    assert.deepEqual(received, []);
    account.write('ca.crt', pair.cert);
    for (const write of [POST, PATCH]) await client.json(write);
    assert.deepEqual(resumed, [false, true]);
  });
});

test('a GET request takes only a 200 for a success', async (t) => {
  const { client } = await setup(t, body('{}', 201));
  await assert.rejects(client.json(GET), { name: 'ApiError', status: 201 });
});

/** Starts a server with the same answer to every request, and a client for it. */
async function setup(
  t: TestContext,
  answer: (response: Parameters<RequestListener>[1], method: string | undefined) => void,
  tls?: { readonly cert: string; readonly key: string },
) {
  const received: Received[] = [];
  const resumed: boolean[] = [];
  let connections = 0;
  const listener: RequestListener = async (request, response) => {
    const { method, url, headers, socket } = request;
    const hasBody = method !== 'GET';
    received.push({
      request: `${method} ${url}`,
      type: headers['content-type'],
      body: hasBody ? await json(request) : undefined,
    });
    if (socket instanceof TLSSocket) resumed.push(socket.isSessionReused());
    answer(response, method);
  };
  const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener);
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const account = new ServiceAccount().write('token', 'old').write('ca.crt', '');
  const client = new ApiClient({ url, credentials: () => mountedCredentials(account.directory) });
  t.after(async () => {
    client.close();
    await new Promise((resolve) => server.close(resolve));
    account.remove();
  });
  return { client, account, url, received, resumed, connections: () => connections };
}
