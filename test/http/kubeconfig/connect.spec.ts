import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { Cluster } from '../../../src/cli/cluster/cluster.js';
import { connect } from '../../../src/cli/cluster/connection/connect.js';
import { RESOURCES } from '../../../src/cli/cluster/resources.js';
import { makePair, type PemPair } from '../tls/pairs.js';

interface Received {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** The common name of the client's certificate. */
  readonly client: string | undefined;
  readonly servername: string | false | null | undefined;
}

describe(connect.name, () => {
  test('verifies the server with the CA in the kubeconfig, and sends the token', async (t) => {
    const { ca, read, received, server } = await setup(t);
    await read({ server: server(), 'certificate-authority-data': base64(ca.cert) }, { token: 'secret' });
    assert.equal(received[0]?.headers.authorization, 'Bearer secret');
    await rejects(read({ server: server() }, {}), /its certificate is not from the CA of the kubeconfig$/);
    await read({ server: server(), 'insecure-skip-tls-verify': true }, {});
  });

  test('finds the files that a kubeconfig names relative to itself', async (t) => {
    const { ca, read, received, server, write } = await setup(t);
    const client = await makePair({ commonName: 'dev', issuer: ca });
    write('pki/ca.crt', ca.cert);
    write('pki/dev.crt', client.cert);
    write('pki/dev.key', client.key);
    const user = { 'client-certificate': 'pki/dev.crt', 'client-key': 'pki/dev.key' };
    await read({ server: server(), 'certificate-authority': 'pki/ca.crt' }, user);
    assert.equal(received[0]?.client, 'dev');
  });

  test('prefers data to files', async (t) => {
    const { ca, read, server } = await setup(t);
    const cluster = { 'certificate-authority': 'none.crt', 'certificate-authority-data': base64(ca.cert) };
    await read({ server: server(), ...cluster }, {});
  });

  test('reads the token from a file, which wins over a token', async (t) => {
    const { trusted, read, received, write } = await setup(t);
    write('token', 'from-file\n');
    await read(trusted(), { token: 'other', tokenFile: 'token' });
    assert.equal(received[0]?.headers.authorization, 'Bearer from-file');
  });

  test('sends a user name and a password', async (t) => {
    const { trusted, read, received } = await setup(t);
    await read(trusted(), { username: 'dev', password: 'ö' });
    assert.equal(received[0]?.headers.authorization, `Basic ${base64('dev:ö')}`);
  });

  test('impersonates a user and groups', async (t) => {
    const { trusted, read, received } = await setup(t);
    await read(trusted(), { as: 'dev', 'as-groups': ['a', 'b'] });
    const { 'impersonate-user': user, 'impersonate-group': groups } = received[0]?.headers ?? {};
    assert.deepEqual([user, groups], ['dev', 'a, b']);
  });

  test('keeps the path of a server behind a proxy', async (t) => {
    const { trusted, read, received } = await setup(t);
    const { server, ...rest } = trusted();
    await read({ server: `${server}/k8s/clusters/c-1/`, ...rest }, {});
    assert.equal(received[0]?.url, '/k8s/clusters/c-1/api/v1/namespaces/shop');
  });

  test('verifies another name than that in the URL', async (t) => {
    const { read, received, server, ca } = await setup(t, { hosts: ['api.internal'] });
    const cluster = { server: server(), 'certificate-authority-data': base64(ca.cert) };
    await rejects(read(cluster, {}), /ERR_TLS_CERT_ALTNAME_INVALID/);
    await read({ ...cluster, 'tls-server-name': 'api.internal' }, {});
    assert.equal(received[0]?.servername, 'api.internal');
  });

  test('connects through a proxy', async (t) => {
    const { trusted, read, received } = await setup(t);
    const proxied: (string | undefined)[] = [];
    const proxy = createHttpServer().on('connect', ({ url }, socket) => {
      proxied.push(url);
      const [host, port] = (url ?? '').split(':');
      const upstream = connectSocket(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      for (const [one, other] of [
        [socket, upstream],
        [upstream, socket],
      ] as const) {
        one.on('error', () => {}).on('close', () => other.destroy());
      }
    });
    const url = await listen(t, proxy, 'http');
    await read({ ...trusted(), 'proxy-url': url }, { token: 'secret' });
    assert.deepEqual(proxied, [new URL(trusted().server).host]);
    assert.equal(received[0]?.headers.authorization, 'Bearer secret');
  });

  test('speaks http to a server without TLS', async (t) => {
    const { read, received, handle } = await setup(t);
    const server = await listen(t, createHttpServer(handle), 'http');
    await read({ server }, { token: 'secret' });
    assert.equal(received.length, 1);
  });

  test('runs the credential plugin once, and passes it what kubectl would', async (t) => {
    const { trusted, read, received, write } = await setup(t);
    const plugin = `
      const { KUBERNETES_EXEC_INFO, MORE } = process.env;
      const { apiVersion, spec } = JSON.parse(KUBERNETES_EXEC_INFO);
      const token = [apiVersion, spec.interactive, spec.cluster.server !== undefined, MORE, ...process.argv.slice(2)];
      require('node:fs').appendFileSync(__dirname + '/runs', '.');
      console.log(JSON.stringify({ apiVersion, kind: 'ExecCredential', status: { token: token.join() } }));`;
    write('plugin.cjs', plugin);
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: [write.path('plugin.cjs'), 'login'],
      env: [{ name: 'MORE', value: 'more' }],
      interactiveMode: 'Never',
      provideClusterInfo: true,
    };
    await read(trusted(), { exec }, 2);
    const token = 'Bearer client.authentication.k8s.io/v1,false,true,more,login';
    assert.deepEqual(
      received.map(({ headers }) => headers.authorization),
      [token, token],
    );
    assert.equal(write.read('runs'), '.');
  });

  test('uses the certificate of a credential plugin', async (t) => {
    const { ca, trusted, read, received, write } = await setup(t);
    const { cert, key } = await makePair({ commonName: 'from-plugin', issuer: ca });
    write('answer.json', JSON.stringify({ status: { clientCertificateData: cert, clientKeyData: key } }));
    await read(trusted(), { exec: { command: 'cat', args: [write.path('answer.json')] } });
    assert.equal(received[0]?.client, 'from-plugin');
  });

  const BROKEN: [string, object, RegExp][] = [
    [
      'is missing',
      { command: 'no-such-plugin', installHint: 'Install it.' },
      /the credentials of user dev: cannot run no-such-plugin: not found; Install it\.$/,
    ],
    ['fails', { command: 'false' }, /false exited with 1$/],
    ['prints no JSON', { command: 'true' }, /expected an ExecCredential from true, got invalid JSON$/],
    ['answers nothing', { command: 'echo', args: ['{}'] }, /expected a token or a certificate from echo/],
  ];
  for (const [what, exec, message] of BROKEN) {
    test(`says which credential plugin ${what}`, async (t) => {
      const { trusted, read } = await setup(t);
      await rejects(read(trusted(), { exec }), message, 'UserError');
    });
  }

  test('says which server cannot be reached', async (t) => {
    const { read } = await setup(t);
    await rejects(
      read({ server: 'https://127.0.0.1:1' }, {}),
      /^cannot connect to https:\/\/127\.0\.0\.1:1 \(context dev\): connect ECONNREFUSED 127\.0\.0\.1:1$/,
    );
  });

  test('says that the certificate of the server has expired', async (t) => {
    const { trusted, read } = await setup(t, { notBefore: new Date('2020-01-01') });
    await rejects(read(trusted(), {}), /its certificate has expired$/);
  });

  test('says whose credentials are not accepted', async (t) => {
    const { trusted, read } = await setup(t, {}, 401);
    await rejects(read(trusted(), {}), /does not accept the credentials of context dev: log in again$/);
  });

  test('repeats what the server says about permissions', async (t) => {
    const { trusted, read } = await setup(t, {}, 403);
    await rejects(read(trusted(), {}), /^namespaces "shop" is forbidden$/);
  });
});

/** Starts an API server, and writes kubeconfigs for it. */
async function setup(t: TestContext, options: Parameters<typeof makePair>[0] = {}, status = 200) {
  const directory = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const received: Received[] = [];
  const ca = await makePair({ ca: true, commonName: 'ca' });
  const handle: RequestListener = ({ url, headers, socket }, response) => {
    const tls = socket instanceof TLSSocket ? socket : undefined;
    const client = tls?.getPeerCertificate().subject?.CN;
    received.push({ url, headers, client: [client].flat()[0], servername: tls?.servername });
    const message = 'namespaces "shop" is forbidden';
    response.writeHead(status).end(JSON.stringify({ kind: 'Status', message, reason: 'Forbidden' }));
  };
  const pair: PemPair & ServerOptions = await makePair({ ...options, issuer: ca });
  const https = createHttpsServer(
    { ...pair, ca: ca.cert, requestCert: true, rejectUnauthorized: false },
    handle,
  );
  const url = await listen(t, https, 'https');
  const write = Object.assign(
    (file: string, text: string) => {
      mkdirSync(join(directory, file, '..'), { recursive: true });
      writeFileSync(join(directory, file), text);
    },
    {
      path: (file: string) => join(directory, file),
      read: (file: string) => readFileSync(join(directory, file), 'utf8'),
    },
  );
  const read = async (cluster: object, user: object, times = 1) => {
    const kubeconfig = {
      'current-context': 'dev',
      contexts: [{ name: 'dev', context: { cluster: 'c', user: 'dev' } }],
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'dev', user }],
    };
    write('config', JSON.stringify(kubeconfig));
    const connection = await connect({ env: process.env }, { kubeconfig: join(directory, 'config') });
    try {
      for (let time = 0; time < times; time++) {
        await new Cluster(connection).get(RESOURCES.namespaces, 'shop');
      }
    } finally {
      connection.client.close();
    }
  };
  const server = () => url;
  const trusted = () => ({ server: url, 'certificate-authority-data': base64(ca.cert) });
  return { ca, read, received, server, trusted, write, handle };
}

async function listen(
  t: TestContext,
  server: ReturnType<typeof createHttpServer>,
  scheme: string,
): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

async function rejects(promise: Promise<unknown>, message: RegExp, name = 'ClusterError'): Promise<void> {
  await assert.rejects(promise, { name, message });
}
