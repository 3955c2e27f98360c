import assert from 'node:assert/strict';
import { Agent } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { recordedReview } from '../../support/reviews.js';
import { until } from '../../support/until.js';
import { Service } from './service.js';

const MIB = 1024 * 1024;
const HEAD = 'POST /mutate HTTP/1.1\r\nHost: x\r\n';
const REVIEW = recordedReview('pod-2000-env');

describe('the limits of pending bodies and connections', () => {
  let service: Service;
  before(async () => {
    service = await Service.start('webhook: {maxPendingMebibytes: 8, maxConnections: 32}');
  });
  after(() => service.stop());

  it('answer 503 with Retry-After to the oldest pending body when memory runs out, and keep serving others', async () => {
    const [first, second] = [await stalled(service, 3 * MIB), await stalled(service, 3 * MIB)];
    const answer = read(first);
    assert.equal((await service.review(REVIEW)).auditAnnotations.reason, 'injected');
    assert.match(await answer, /^HTTP\/1\.1 503 .*\r\nRetry-After: 1\r\n.*Connection: close\r\n/s);
    assert.equal(await service.metric('admission_requests_total{outcome="error",reason="overloaded"}'), 1);
    second.destroy();
    await until(async () => (await service.metric('admission_requests_in_flight')) === 0);
  });

  it('count a body only until it is answered', async () => {
    const body = REVIEW.padEnd(5 * MIB);
    for (const _ of [1, 2, 3]) assert.equal((await service.request({ body })).status, 200);
  });

  it('reject a body that arrives in one-byte pieces', async () => {
    const socket = await open(service);
    socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(5000)}`);
    const answer = await read(socket);
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /the body: expected pieces of at least 128 bytes on average, got smaller ones/);
  });

  it('accept a body that arrives in pieces of any reasonable size', async () => {
    const socket = await open(service);
    const pieces = REVIEW.match(/.{1,1000}/gs) ?? [];
    socket.write(`${HEAD}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n`);
    for (const piece of pieces) {
      socket.write(`${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`);
    }
    socket.write('0\r\n\r\n');
    assert.match(await read(socket), /^HTTP\/1\.1 200 /);
  });

  it('close an idle connection instead of refusing a new one', async () => {
    const idle = await Promise.all(Array.from({ length: 40 }, () => open(service)));
    await until(() => idle.filter((socket) => socket.destroyed).length >= 8);
    assert.equal((await service.review(REVIEW)).auditAnnotations.reason, 'injected');
    for (const socket of idle) socket.destroy();
  });

  it('count a connection as idle once its request is answered', async () => {
    service.agent.destroy();
    const answered = Array.from({ length: 32 }, async () => {
      const socket = await open(service);
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await new Promise((resolve) => socket.once('data', resolve));
      return socket;
    });
    const sockets = await Promise.all(answered);
    assert.equal((await service.review(REVIEW)).auditAnnotations.reason, 'injected');
    for (const socket of sockets) socket.destroy();
  });

  it('close a busy connection of the address with the most for another address', async () => {
    service.agent.destroy();
    const busy = await Promise.all(Array.from({ length: 32 }, () => stalled(service, 100, '127.0.0.2')));
    const agent = new Agent({ rejectUnauthorized: false });
    assert.equal((await service.request({ body: REVIEW, agent })).status, 200);
    await until(() => busy.filter((socket) => socket.destroyed).length === 1);
    for (const socket of busy) socket.destroy();
  });

  it('answer 503 to connections beyond the limit while all are busy', async () => {
    service.agent.destroy();
    const busy = await Promise.all(Array.from({ length: 32 }, () => stalled(service, 100)));
    const late = await open(service);
    late.write('POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}');
    assert.match(await read(late), /^HTTP\/1\.1 503 .*all connections are busy/s);
    for (const socket of busy) socket.destroy();
  });
});

describe('the limit of connections to the management listener', () => {
  it('closes others for a probe', async () => {
    const service = await Service.start();
    const { hostname: host, port } = new URL(service.managementUrl);
    const sockets = Array.from({ length: 150 }, () => connectTcp({ host, port: Number(port) }));
    await until(() => sockets.filter(({ destroyed }) => destroyed).length >= 150 - 128);
    assert.equal((await service.management('/livez')).status, 200);
    for (const socket of sockets) socket.destroy();
    await service.stop();
  });
});

/** A connection that has sent so many bytes of a larger body. */
async function stalled(service: Service, bytes: number, localAddress?: string): Promise<TLSSocket> {
  const socket = await open(service, localAddress);
  const inFlight = await service.metric('admission_requests_in_flight');
  socket.write(`${HEAD}Content-Length: ${bytes + 1}\r\n\r\n`);
  await new Promise<void>((resolve) => socket.write(Buffer.alloc(bytes, 32), () => resolve()));
  await until(async () => (await service.metric('admission_requests_in_flight')) > inFlight || bytes > MIB);
  return socket;
}

function open({ port }: Service, localAddress = '127.0.0.1'): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, localAddress, rejectUnauthorized: false };
    const socket = connect(options, () => resolve(socket));
    socket.on('error', () => reject(new Error('the connection failed')));
  });
}

async function read(socket: TLSSocket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.once('close', () => resolve(text));
  });
}
