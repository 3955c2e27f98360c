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

/** A request, and the status and message of its answer. */
const REFUSED: readonly [string, Post, number, string][] = [
  ['nothing', { body: '' }, 400, 'the body: expected JSON, got nothing'],
  ['text', { body: 'not json' }, 400, 'the body: expected JSON, got 8 bytes that are not JSON'],
  [
    'half a review',
    { body: GOOD.slice(0, 99) },
    400,
    'the body: expected JSON, got 99 bytes that are not JSON',
  ],
  ['text that is not ASCII', { body: '{"ä"' }, 400, 'the body: expected JSON, got 5 bytes that are not JSON'],
  [
    'a review with trailing text',
    { body: `${GOOD}x` },
    400,
    `the body: expected JSON, got ${GOOD.length + 1} bytes that are not JSON`,
  ],
  ['a list', { body: '[]' }, 400, 'the body: expected an AdmissionReview, got []'],
  ['null', { body: 'null' }, 400, 'the body: expected an AdmissionReview, got null'],
  ['a number', { body: '1' }, 400, 'the body: expected an AdmissionReview, got 1'],
  ['no request', { body: '{}' }, 400, 'request: expected an object, got nothing'],
  ['a request that is a string', { body: '{"request":"x"}' }, 400, 'request: expected an object, got "x"'],
  ['no uid', { body: '{"request":{}}' }, 400, 'request.uid: expected a non-empty string, got nothing'],
  [
    'an empty uid',
    { body: '{"request":{"uid":""}}' },
    400,
    'request.uid: expected a non-empty string, got ""',
  ],
  [
    'a uid that is a number',
    { body: '{"request":{"uid":7}}' },
    400,
    'request.uid: expected a non-empty string, got 7',
  ],
  [
    'a long uid, which the answer would repeat',
    { body: JSON.stringify({ request: { uid: 'u'.repeat(254) } }) },
    400,
    `request.uid: expected at most 253 characters, got "${'u'.repeat(76)}...`,
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
    'a request.kind that is a string',
    { body: '{"request":{"uid":"u","kind":"Pod"}}' },
    400,
    'request.kind: expected an object with group, version, and kind, got "Pod"',
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
    'request.namespace: expected a namespace name, got []',
  ],
  [
    'an invalid namespace',
    { body: '{"request":{"uid":"u","namespace":"../x"}}' },
    400,
    'request.namespace: expected a namespace name, got "../x"',
  ],
  [
    'a kind whose group is an object',
    { body: '{"request":{"uid":"u","kind":{"group":{"toString":1}}}}' },
    400,
    'request.kind.group: expected a string, got an object',
  ],
  [
    'a gzip body with Content-Encoding',
    { body: gzipSync(GOOD), headers: { 'content-encoding': 'gzip' } },
    400,
    'Content-Encoding: expected an uncompressed body, got gzip',
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

/** Objects that the API server will reject. */
const MALFORMED: readonly [string, unknown][] = [
  ['null', null],
  ['a string', 'pod'],
  ['a list', []],
  ['an empty object', {}],
  ['a Pod whose containers are a string', pod({ containers: 'app' })],
  ['a Pod whose containers are null', pod({ containers: null })],
  ['a Pod with a null container', pod({ containers: [null] })],
  ['a Pod whose annotations are a number', pod({ containers: [{ name: 'a' }] }, { annotations: 7 })],
  [
    'a Pod with an annotation that is an object',
    pod({ containers: [{ name: 'a' }] }, { annotations: { 'proxy-injection': {} } }),
  ],
  ['a Pod whose init containers are a string', pod({ containers: [{ name: 'a' }], initContainers: 'x' })],
];

describe('bad input', () => {
  let service: Service;
  before(async () => {
    service = await Service.start();
  });
  after(() => service.stop());

  for (const [name, post, status, message] of REFUSED) {
    it(`${name}: ${status}`, async () => {
      const answer = await service.request(post);
      const expected = { apiVersion: 'v1', kind: 'Status', status: 'Failure', message, code: status };
      assert.equal(answer.status, status, answer.body);
      assert.deepEqual(JSON.parse(answer.body), expected);
    });
  }

  it('gzip bytes without Content-Encoding: 400', async () => {
    const { status, body } = await service.request({ body: gzipSync(GOOD) });
    assert.equal(status, 400);
    assert.match(JSON.parse(body).message, /^the body: expected JSON, got \d+ bytes that are not JSON$/);
  });

  it('names the allowed method', async () => {
    assert.equal((await service.request({ method: 'GET' })).headers.allow, 'POST');
  });

  for (const [name, object] of MALFORMED) {
    it(`leaves ${name} as the Pod to the API server`, async () => {
      const { allowed, patch, warnings, auditAnnotations } = await service.review(reviewOf(object));
      assert.deepEqual([allowed, patch, auditAnnotations.reason], [true, undefined, 'malformed-pod']);
      assert.match(warnings?.[0] ?? '', /^proxy-injection: The Pod is malformed\. .+: expected .+/);
    });
  }

  it('treats keys such as __proto__ like any other', async () => {
    const text = JSON.stringify(reviewOf(pod({ containers: [{ name: 'a' }] }, { annotations: { x: 'y' } })));
    const odd = text
      .replace('"x":"y"', '"__proto__":"p","constructor":"c"')
      .replace('"request":{', '"__proto__":{"request":null},"request":{"__proto__":{"uid":"no"},');
    assert.equal((await service.review(odd)).auditAnnotations.reason, 'injected');
    assert.equal(({} as { request?: unknown }).request, undefined);
  });

  it('accepts a body of 8 MiB', async () => {
    const text = JSON.stringify(reviewOf(pod({ containers: [{ name: 'a' }] })));
    const response = await service.review(text + ' '.repeat(8 * MIB - text.length));
    assert.equal(response.auditAnnotations.reason, 'injected');
  });

  it('accepts a Pod nested 20,000 levels deep', async () => {
    assert.equal((await service.review(nested(20_000))).auditAnnotations.reason, 'injected');
  });

  it('rejects a large Pod nested deeper than 256 levels, with 413', async () => {
    const { status, body } = await service.request({ body: nested(100_000) });
    assert.equal(status, 413);
    assert.match(body, /the body: expected at most 256 levels of nesting, got more/);
  });

  it('counts a client that disconnects, and releases its request', async () => {
    const sample = 'admission_requests_total{outcome="error",reason="body-incomplete"}';
    const before = await service.metric(sample);
    const socket = await open(service);
    socket.write('POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"request":');
    await until(async () => (await service.metric('admission_requests_in_flight')) === 1);
    socket.destroy();
    await until(async () => (await service.metric(sample)) === before + 1);
    await until(async () => (await service.metric('admission_requests_in_flight')) === 0);
  });

  it('cuts off a client that keeps sending', async () => {
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

  it('answers 400 to anything but HTTP', async () => {
    const socket = await open(service);
    socket.write('hello\r\n\r\n');
    assert.match(await read(socket), /^HTTP\/1\.1 400 /);
  });

  it('never answers 5xx and keeps serving', async () => {
    assert.equal((await service.review(GOOD)).auditAnnotations.reason, 'injected');
    const { body } = await service.management('/metrics');
    assert.doesNotMatch(body, /reason="(internal-error|namespace-lookup-failed)"\} [1-9]/);
  });
});

describe('a body that is not needed', () => {
  let service: Service;
  before(async () => {
    service = await Service.start();
  });
  after(() => service.stop());

  for (const [line, status] of [
    ['POST /elsewhere', 404],
    ['PUT /mutate', 405],
  ] as const) {
    it(`is not waited for: ${line} is answered ${status} at once`, async () => {
      const socket = await open(service);
      socket.write(`${line} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"request":`);
      assert.match(String(await nextChunk(socket)), new RegExp(`^HTTP/1\\.1 ${status} `));
      socket.destroy();
    });
  }

  it('is drained, so that the connection can be used again', async () => {
    const socket = await open(service);
    const body = 'x'.repeat(2 * MIB);
    socket.write(`POST /elsewhere HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    assert.match(String(await nextChunk(socket)), /^HTTP\/1\.1 404 /);
    socket.write(
      `POST /mutate HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${GOOD.length}\r\n\r\n${GOOD}`,
    );
    assert.match(await read(socket), /HTTP\/1\.1 200 /);
  });
});

describe('webhook.requestTimeoutSeconds', () => {
  let service: Service;
  before(async () => {
    service = await Service.start('webhook: {requestTimeoutSeconds: 1}');
  });
  after(() => service.stop());

  it('cuts off a client that takes longer to send its body, with 408', async () => {
    const socket = await open(service);
    socket.write('POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"request":');
    assert.match(await read(socket), /^HTTP\/1\.1 408 /);
  });
});

/** A review of a Pod with an unknown field that nests so deep. */
function nested(depth: number): string {
  const text = JSON.stringify(reviewOf(pod({ containers: [{ name: 'a' }], deep: 'DEEP' })));
  return text.replace('"DEEP"', `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
}

function open({ port }: Service): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => resolve(socket));
    socket.on('error', reject);
  });
}

function nextChunk(socket: TLSSocket): Promise<Buffer> {
  return new Promise((resolve) => socket.once('data', resolve));
}

async function read(socket: TLSSocket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
