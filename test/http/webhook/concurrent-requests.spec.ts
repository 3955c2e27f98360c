import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { connect } from 'node:tls';
import { recordedReview, reviewOf } from '../../support/reviews.js';
import { until } from '../../support/until.js';
import { type Answer, Service } from './service.js';

const COUNT = 200;

describe('concurrent requests', () => {
  let service: Service;
  before(async () => {
    service = await Service.start();
  });
  after(() => service.stop());

  it('get the same answers as one after the other', async () => {
    const posts = [
      { body: recordedReview('pod-by-replicaset') },
      { body: recordedReview('mirror-pod') },
      { body: recordedReview('pod-2000-env') },
      { body: '{' },
      { path: '/elsewhere' },
      { headers: { 'content-encoding': 'gzip' }, body: 'x' },
    ];
    const alone: Answer[] = [];
    for (const post of posts) alone.push(await service.request(post));
    const together = await Promise.all(
      Array.from({ length: COUNT }, (_, index) => service.request(posts[index % posts.length] ?? {})),
    );
    for (const [index, { status, body }] of together.entries()) {
      const expected = alone[index % posts.length] as Answer;
      assert.deepEqual({ status, body }, { status: expected.status, body: expected.body });
    }
  });

  it('get an answer with their own uid', async () => {
    const pod = { metadata: {}, spec: { containers: [{ name: 'app' }] } };
    const uids = Array.from({ length: COUNT }, (_, index) => `uid-${index}`);
    const responses = await Promise.all(uids.map((uid) => service.review(reviewOf(pod, { uid }))));
    assert.deepEqual(
      responses.map(({ uid }) => uid),
      uids,
    );
  });

  it('are answered when one of the clients disconnects, which is counted once', async () => {
    const body = recordedReview('pod-by-replicaset');
    const sample = 'admission_requests_total{outcome="injected",reason="injected"}';
    const before = await service.metric(sample);
    const gone = connect({ host: '127.0.0.1', port: service.port, rejectUnauthorized: false });
    await once(gone, 'secureConnect');
    const answers = [service.request({ body }), service.request({ body })];
    gone.end(`POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    answers.push(service.request({ body }));
    for (const { status } of await Promise.all(answers)) assert.equal(status, 200);
    await until(async () => (await service.metric(sample)) === before + answers.length + 1);
    assert.equal(await service.metric('admission_requests_in_flight'), 0);
    assert.equal(await service.metric(sample), before + answers.length + 1);
  });
});
