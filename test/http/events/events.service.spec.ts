import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import type { ConfigService } from '../../../src/config/config.service.js';
import type { FinalDecision } from '../../../src/core/decision/decision.js';
import { REASONS, type Reason } from '../../../src/core/decision/reasons.js';
import { reasonLink } from '../../../src/core/values/documentation.js';
import { EventsService } from '../../../src/observability/events/events.service.js';
import { MetricsService } from '../../../src/observability/metrics/metrics.service.js';
import { type AdmissionRequest, readReview } from '../../../src/review/review.js';
import { reviewOf } from '../../support/reviews.js';
import { until } from '../../support/until.js';
import { FakeEventsApi } from './fake-events-api.js';

const EVENTS = '/apis/events.k8s.io/v1/namespaces/shop/events';

function podOf(owner: string, request: object = {}): AdmissionRequest {
  const controller = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: owner,
    uid: `uid-of-${owner}`,
    controller: true,
  };
  return readReview(reviewOf({ metadata: { ownerReferences: [controller] } }, request));
}

function denied(reason: Exclude<Reason, 'injected'>, message: string = REASONS[reason]): FinalDecision {
  return { outcome: 'denied', reason, message };
}

describe(EventsService.name, () => {
  const logs: { readonly [field: string]: unknown }[] = [];
  let api: FakeEventsApi;
  let metrics: MetricsService;
  let running: EventsService[];

  beforeEach(async () => {
    api = await FakeEventsApi.start();
    metrics = new MetricsService();
    running = [];
    logs.length = 0;
  });
  afterEach(async () => {
    for (const service of running) await service.onApplicationShutdown();
    api.stop();
  });

  function start(events = 'enabled'): EventsService {
    const config = { cluster: { url: api.url }, current: { configuration: { events } } };
    const logger = pino({ base: null }, { write: (line) => logs.push(JSON.parse(line)) });
    const service = new EventsService(config as unknown as ConfigService, metrics, logger);
    running.push(service);
    return service;
  }

  async function count(result: string): Promise<number> {
    const { values } = await metrics.events.get();
    return values.find(({ labels }) => labels.result === result)?.value ?? 0;
  }

  it('writes an Event that the API server accepts', async () => {
    start().report(podOf('web'), denied('port-conflict'));
    await until(async () => (await count('written')) === 1);
    const [{ method, path, type, body }] = api.writes as [(typeof api.writes)[number]];
    assert.deepEqual([method, path, type], ['POST', EVENTS, 'application/json']);
    const { metadata, eventTime, ...rest } = body as { metadata: { name: string }; eventTime: string };
    assert.match(metadata.name, /^web\.[0-9a-f]{16}$/);
    assert.match(eventTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    assert.deepEqual(rest, {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      regarding: {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web',
        namespace: 'shop',
        uid: 'uid-of-web',
      },
      type: 'Warning',
      action: 'Deny',
      reason: 'PortConflict',
      note: `${REASONS['port-conflict']} ${reasonLink('port-conflict')}`,
      reportingController: 'proxy-injector',
      reportingInstance: hostname().slice(0, 128),
    });
  });

  it('writes one Event per owner, reason, and message', async () => {
    const sut = start();
    for (let time = 0; time < 5; time += 1) {
      for (const owner of ['web', 'api']) {
        sut.report(podOf(owner), denied('port-conflict'));
        sut.report(podOf(owner), denied('uid-conflict'));
      }
      sut.report(podOf('web'), denied('port-conflict', 'Another port.'));
    }
    await until(async () => (await count('written')) === 5);
    assert.equal(api.stored.size, 5);
    assert.equal(api.writes.length, 5);
  });

  it('continues the Event of another replica as a series', async () => {
    for (const replica of [start(), start()]) {
      const before = await count('written');
      replica.report(podOf('web'), denied('port-conflict'));
      await until(async () => (await count('written')) === before + 1);
    }
    assert.deepEqual(
      api.writes.map(({ method }) => method),
      ['POST', 'POST', 'PATCH'],
    );
    const { path, type, body } = api.writes[2] as (typeof api.writes)[number];
    assert.equal(path, [...api.stored][0]);
    assert.equal(type, 'application/merge-patch+json');
    const { series } = body as { series: { count: number; lastObservedTime: string } };
    assert.equal(series.count, 2);
    assert.match(series.lastObservedTime, /\.\d{6}Z$/);
  });

  it('writes an Event again after a failure, also one that expired meanwhile', async () => {
    const sut = start();
    api.failure = { code: 500, reason: 'InternalError' };
    sut.report(podOf('web'), denied('port-conflict'));
    await until(async () => (await count('failed')) === 1);
    api.failure = undefined;
    sut.report(podOf('web'), denied('port-conflict'));
    await until(async () => (await count('written')) === 1);
    assert.deepEqual(
      api.writes.map(({ method }) => method),
      ['POST', 'PATCH', 'POST'],
    );
    assert.equal(api.stored.size, 1);
  });

  it('counts failures, and logs only the first', async () => {
    const sut = start();
    api.failure = { code: 403, reason: 'Forbidden' };
    for (const owner of ['one', 'two', 'three']) sut.report(podOf(owner), denied('port-conflict'));
    await until(async () => (await count('failed')) === 3);
    assert.deepEqual(
      logs.map(({ level, msg }) => [level, msg]),
      [[40, 'Writing an Event failed']],
    );
    assert.match(String(logs[0]?.reason), /403 Forbidden of the test/);
  });

  it('drops Events beyond its rate, and counts them', async () => {
    const sut = start();
    for (let owner = 0; owner < 200; owner += 1) sut.report(podOf(`web-${owner}`), denied('port-conflict'));
    await until(async () => (await count('written')) + (await count('dropped')) === 200);
    assert.ok((await count('dropped')) >= 100);
    assert.equal(api.stored.size, await count('written'));
  });

  it('writes nothing about dry runs', async () => {
    const sut = start();
    sut.report(podOf('dry', { dryRun: true }), denied('port-conflict'));
    sut.report(podOf('web'), denied('port-conflict'));
    await until(async () => (await count('written')) === 1);
    assert.match([...api.stored].join(), /\/web\.[0-9a-f]{16}$/);
  });

  it('writes nothing while it is disabled', async () => {
    start('disabled').report(podOf('off'), denied('port-conflict'));
    start().report(podOf('web'), denied('port-conflict'));
    await until(async () => (await count('written')) === 1);
    assert.match([...api.stored].join(), /\/web\.[0-9a-f]{16}$/);
  });

  it('gives up Events that the API server does not answer when it shuts down', async () => {
    const sut = start();
    api.isSilent = true;
    sut.report(podOf('web'), denied('port-conflict'));
    await until(() => api.writes.length === 1);
    await sut.onApplicationShutdown();
    await until(async () => (await count('failed')) === 1);
  });
});
