import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { recordedReview, reviewOf } from '../../support/reviews.js';
import { until } from '../../support/until.js';
import { type Post, Service } from './service.js';

const GOOD = recordedReview('pod-by-kubectl');
const MIB = 1024 * 1024;
const pod = (spec: unknown, metadata: unknown = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata, spec });

/** What is sent, and the status and message that come back. */
const REFUSED: readonly [string, Post, number, string][] = [
  ['nothing', { body: '' }, 400, 'the body: expected JSON, got nothing'],
  ['text', { body: 'not json' }, 400, 'the body: expected JSON, got 8 bytes that are not JSON'],
  [
    'half of a review',
    { body: GOOD.slice(0, 99) },
    400,
    'the body: expected JSON, got 99 bytes that are not JSON',
  ],
  ['text that is not ASCII', { body: '{"ä"' }, 400, 'the body: expected JSON, got 5 bytes that are not JSON'],
  [
    'a review with something behind it',
    { body: `${GOOD}x` },
    400,
    `the body: expected JSON, got ${GOOD.length + 1} bytes that are not JSON`,
  ],
  ['a list', { body: '[]' }, 400, 'the body: expected an AdmissionReview, got []'],
  ['null', { body: 'null' }, 400, 'the body: expected an AdmissionReview, got null'],
  ['a number', { body: '1' }, 400, 'the body: expected an AdmissionReview, got 1'],
  ['no request', { body: '{}' }, 400, 'request: expected an object, got nothing'],
  ['a request that is a text', { body: '{"request":"x"}' }, 400, 'request: expected an object, got "x"'],
  [
    'no uid',
    { body: '{"request":{}}' },
    400,
    'request.uid: expected a string that is not empty, got nothing',
  ],
  [
    'an empty uid',
    { body: '{"request":{"uid":""}}' },
    400,
    'request.uid: expected a string that is not empty, got ""',
  ],
  [
    'a uid that is a number',
    { body: '{"request":{"uid":7}}' },
    400,
    'request.uid: expected a string that is not empty, got 7',
  ],
  [
    'an old version',
    { body: GOOD.replace('admission.k8s.io/v1', 'admission.k8s.io/v1beta1') },
    400,
    'apiVersion: expected admission.k8s.io/v1, got "admission.k8s.io/v1beta1"',
  ],
  [
    'another kind',
    { body: GOOD.replace('AdmissionReview', 'ConversionReview') },
    400,
    'kind: expected AdmissionReview, got "ConversionReview"',
  ],
  [
    'a kind of the request that is a text',
    { body: '{"request":{"uid":"u","kind":"Pod"}}' },
    400,
    'request.kind: expected an object with group, version and kind, got "Pod"',
  ],
  [
    'an operation that is a number',
    { body: '{"request":{"uid":"u","operation":1}}' },
    400,
    'request.operation: expected a string, got 1',
  ],
  [
    'a namespace that is a list',
    { body: '{"request":{"uid":"u","namespace":[]}}' },
    400,
    'request.namespace: expected the name of a namespace, got []',
  ],
  [
    'a namespace that is none',
    { body: '{"request":{"uid":"u","namespace":"../x"}}' },
    400,
    'request.namespace: expected the name of a namespace, got "../x"',
  ],
  [
    'a kind whose group is an object',
    { body: '{"request":{"uid":"u","kind":{"group":{"toString":1}}}}' },
    400,
    'request.kind.group: expected a string, got an object',
  ],
  [
    'a gzip body that says so',
    { body: gzipSync(GOOD), headers: { 'content-encoding': 'gzip' } },
    400,
    'Content-Encoding: expected a body that is not compressed, got gzip',
  ],
  ['another path', { path: '/', body: GOOD }, 404, 'the path: expected /mutate'],
  ['a path below', { path: '/mutate/x', body: GOOD }, 404, 'the path: expected /mutate'],
  ['a management path', { method: 'GET', path: '/metrics' }, 404, 'the path: expected /mutate'],
  ['another method', { method: 'GET' }, 405, 'the method: expected POST, got GET'],
  ['PUT', { method: 'PUT', body: GOOD }, 405, 'the method: expected POST, got PUT'],
  [
    'a body over 8 MiB',
    { body: Buffer.alloc(8 * MIB + 1, 32) },
    413,
    'the body: expected at most 8388608 bytes, got more',
  ],
  [
    'a body of 40 MiB',
    { body: Buffer.alloc(40 * MIB, 32) },
    413,
    'the body: expected at most 8388608 bytes, got more',
  ],
];

/** Objects that are the API server's to refuse. */
const MALFORMED: readonly [string, unknown][] = [
  ['null', null],
  ['a text', 'pod'],
  ['a list', []],
  ['an empty object', {}],
  ['containers that are a text', pod({ containers: 'app' })],
  ['containers that are null', pod({ containers: null })],
  ['a container that is null', pod({ containers: [null] })],
  ['annotations that are a number', pod({ containers: [{ name: 'a' }] }, { annotations: 7 })],
  [
    'an annotation that is an object',
    pod({ containers: [{ name: 'a' }] }, { annotations: { 'proxy-injection': {} } }),
  ],
  ['init containers that are a text', pod({ containers: [{ name: 'a' }], initContainers: 'x' })],
];

describe('bad input', () => {
  let service: Service;
  before(async () => {
    service = await Service.start('webhook: {requestTimeoutSeconds: 1}');
  });
  after(() => service.stop());

  for (const [name, post, status, message] of REFUSED) {
    it(`${name}: ${status}`, async () => {
      const answer = await service.request(post);
      const expected = { apiVersion: 'v1', kind: 'Status', status: 'Failure', message, code: status };
      assert.deepEqual([answer.status, JSON.parse(answer.body)], [status, expected]);
    });
  }

  it('gzip bytes that do not say so: 400', async () => {
    const { status, body } = await service.request({ body: gzipSync(GOOD) });
    assert.equal(status, 400);
    assert.match(JSON.parse(body).message, /^the body: expected JSON, got \d+ bytes that are not JSON$/);
  });

  it('says which method is allowed', async () => {
    assert.equal((await service.request({ method: 'GET' })).headers.allow, 'POST');
  });

  for (const [name, object] of MALFORMED) {
    it(`leaves a Pod to the API server that is ${name}`, async () => {
      const { allowed, patch, warnings, auditAnnotations } = await service.review(reviewOf(object));
      assert.deepEqual([allowed, patch, auditAnnotations.reason], [true, undefined, 'malformed-pod']);
      assert.match(warnings?.[0] ?? '', /^proxy-injection: The Pod is malformed\. .+: expected .+/);
    });
  }

  it('takes keys such as __proto__ for what they are, everywhere', async () => {
    const text = JSON.stringify(reviewOf(pod({ containers: [{ name: 'a' }] }, { annotations: { x: 'y' } })));
    const odd = text
      .replace('"x":"y"', '"__proto__":"p","constructor":"c"')
      .replace('"request":{', '"__proto__":{"request":null},"request":{"__proto__":{"uid":"no"},');
    assert.equal((await service.review(odd)).auditAnnotations.reason, 'injected');
    assert.equal(({} as { request?: unknown }).request, undefined);
  });

  it('takes a body of 8 MiB', async () => {
    const text = JSON.stringify(reviewOf(pod({ containers: [{ name: 'a' }] })));
    const response = await service.review(text + ' '.repeat(8 * MIB - text.length));
    assert.equal(response.auditAnnotations.reason, 'injected');
  });

  it('takes a Pod nested 100,000 levels deep', async () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const text = JSON.stringify(reviewOf(pod({ containers: [{ name: 'a' }], deep: 'DEEP' }))).replace(
      '"DEEP"',
      deep,
    );
    assert.equal((await service.review(text)).auditAnnotations.reason, 'injected');
  });

  it('cuts a client off that takes too long over its body, with 408', async () => {
    const socket = await open(service);
    socket.write('POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"request":');
    assert.match(await read(socket), /^HTTP\/1\.1 408 /);
  });

  it('counts a client that breaks off, and forgets it', async () => {
    const sample = 'admission_requests_total{outcome="error",reason="body-incomplete"}';
    const before = await service.metric(sample);
    const socket = await open(service);
    socket.write('POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"request":');
    await until(async () => (await service.metric('admission_requests_in_flight')) === 1);
    socket.destroy();
    await until(async () => (await service.metric(sample)) === before + 1);
    await until(async () => (await service.metric('admission_requests_in_flight')) === 0);
  });

  it('cuts off a client that does not stop sending, and forgets what it sent', async () => {
    const socket = await open(service);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.removeAllListeners('error').on('error', () => {});
    socket.write('POST /mutate HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(MIB, 32), Buffer.from('\r\n')]);
    let sent = 0;
    const send = () => {
      while (!socket.destroyed && socket.write(chunk)) sent += 1;
    };
    socket.on('drain', send);
    send();
    await closed;
    assert.ok(sent < 200, `${sent} MiB were sent`);
    await until(async () => (await service.metric('admission_requests_in_flight')) === 0);
  });

  it('answers what is not HTTP with 400', async () => {
    const socket = await open(service);
    socket.write('hello\r\n\r\n');
    assert.match(await read(socket), /^HTTP\/1\.1 400 /);
  });

  it('never answers 5xx, and serves on', async () => {
    assert.equal((await service.review(GOOD)).auditAnnotations.reason, 'injected');
    const { body } = await service.management('/metrics');
    assert.doesNotMatch(body, /reason="(internal-error|namespace-lookup-failed)"\} [1-9]/);
  });
});

function open({ port }: Service): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => resolve(socket));
    socket.on('error', reject);
  });
}

async function read(socket: TLSSocket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
