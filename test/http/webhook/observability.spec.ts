import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { connect } from 'node:tls';
import { recordedReview, reviewOf } from '../../support/reviews.js';
import { Service } from './service.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

/** Every metric of the injector with its labels. */
const METRICS = [
  'admission_requests_total{outcome,reason}',
  'injections_total{mode}',
  'admission_duration_seconds{le}',
  'admission_requests_in_flight',
  'certificate_expiry_timestamp_seconds',
  'certificate_reloads_total{result}',
  'config_reloads_total{result}',
  'certificate_last_reload_successful',
  'config_last_reload_successful',
  'config_info{hash}',
  'namespaces_synced',
  'namespace_watch_last_event_timestamp_seconds',
  'log_lines_dropped_total',
  'trace_spans_total{result}',
  'events_total{result}',
  'build_info{version,node}',
];

describe('logs, metrics, and probes', () => {
  let service: Service;
  before(async () => {
    service = await Service.start(
      'log: {level: debug}\nproxy: {container: {env: [{name: TOKEN, value: secret-of-ours}]}}',
    );
  });
  after(() => service.stop());

  it('writes one log line per decision', async () => {
    service.logs.length = 0;
    await service.request({
      body: recordedReview('pod-by-replicaset'),
      headers: { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` },
    });
    const lines = service.logs.filter(({ level }) => level === 30);
    assert.equal(lines.length, 1);
    const { time, durationUs, ...line } = lines[0] ?? {};
    assert.ok(Number.isInteger(durationUs) && Number(durationUs) > 0 && time !== undefined);
    assert.deepEqual(line, {
      level: 30,
      uid: 'd3a0ddce-b67a-41cf-a43a-951c62d2683f',
      namespace: 'shop',
      pod: 'api-648cf78664-',
      owner: 'ReplicaSet/api-648cf78664',
      trace: TRACE,
      outcome: 'injected',
      reason: 'injected',
      msg: 'The proxy was injected.',
    });
  });

  it('logs the patch at debug, without the values of environment variables', async () => {
    service.logs.length = 0;
    await service.review(recordedReview('pod-30-env'));
    const patch = service.logs.find(({ msg }) => msg === 'The patch');
    assert.match(JSON.stringify(patch), /proxy-sidecar.*TOKEN/);
    assert.doesNotMatch(JSON.stringify(service.logs), /secret-of-ours|value-1\b/);
  });

  it('logs the reason of a denial, and that it was a dry run', async () => {
    service.logs.length = 0;
    await service.review(
      reviewOf(
        {
          metadata: { annotations: { 'proxy-injection': 'disabled' } },
          spec: { containers: [{ name: 'a' }] },
        },
        { dryRun: true },
      ),
    );
    const { outcome, reason, dryRun, msg } = service.logs[0] ?? {};
    assert.deepEqual(
      { outcome, reason, dryRun, msg },
      {
        outcome: 'denied',
        reason: 'pod-disabled',
        dryRun: true,
        msg: 'Automatic pod injection is disabled.',
      },
    );
  });

  it('reports a Pod whose init container is moved as already injected', async () => {
    service.logs.length = 0;
    const [requests, injections] = [
      'admission_requests_total{outcome="skipped",reason="already-injected"}',
      'injections_total{mode="container"}',
    ];
    const before = [await service.metric(requests), await service.metric(injections)];
    const { auditAnnotations, patch } = await service.review(reviewOf(reinvoked()));
    const [line] = service.logs.filter(({ level }) => level === 30);
    assert.deepEqual(auditAnnotations, { outcome: 'skipped', reason: 'already-injected' });
    assert.deepEqual(
      [line?.outcome, line?.reason, line?.msg],
      [
        'skipped',
        'already-injected',
        'The Pod already has the proxy. Its init container was moved to the end.',
      ],
    );
    assert.deepEqual(
      [await service.metric(requests), await service.metric(injections)],
      [Number(before[0]) + 1, before[1]],
    );
    const move = { op: 'move', from: '/spec/initContainers/0', path: '/spec/initContainers/-' };
    assert.deepEqual(patch, [move]);
    assert.deepEqual(service.logs.find(({ msg }) => msg === 'The patch')?.patch, [move]);
  });

  it('logs a warning for an unreadable request', async () => {
    service.logs.length = 0;
    await service.request({ body: 'x' });
    const { level, outcome, reason, status } = service.logs[0] ?? {};
    assert.deepEqual(
      { level, outcome, reason, status },
      { level: 40, outcome: 'error', reason: 'bad-request', status: 400 },
    );
  });

  it('exports every metric, and no other with the prefix', async () => {
    const { body } = await service.management('/metrics');
    const found = new Set(
      body
        .split('\n')
        .filter((line) => line.startsWith('proxy_injector_') && !/_(sum|count)[ {]/.test(line))
        .map((line) =>
          line
            .replace(/^proxy_injector_/, '')
            .replace(/_bucket/, '')
            .replace(/="[^"]*"/g, '')
            .replace(/ [^ ]+$/, ''),
        ),
    );
    assert.deepEqual([...found].sort(), [...METRICS].sort());
  });

  it('exports no time of a watch event without a cluster', async () => {
    assert.equal(await service.metric('namespace_watch_last_event_timestamp_seconds'), 0);
  });

  it("exports Node's default metrics", async () => {
    assert.match((await service.management('/metrics')).body, /^nodejs_eventloop_lag_seconds /m);
  });

  it('counts each request once, by outcome and reason', async () => {
    const sample = 'admission_requests_total{outcome="skipped",reason="mirror-pod"}';
    const [count, total] = [
      await service.metric(sample),
      await service.metric('admission_duration_seconds_count'),
    ];
    await service.review(recordedReview('mirror-pod'));
    assert.equal(await service.metric(sample), count + 1);
    assert.equal(await service.metric('admission_duration_seconds_count'), total + 1);
    assert.equal(await service.metric('admission_requests_in_flight'), 0);
  });

  it('counts injections by mode', async () => {
    const count = await service.metric('injections_total{mode="native"}');
    await service.review(
      reviewOf({
        metadata: { annotations: { 'proxy-injection/mode': 'native' } },
        spec: { containers: [{ name: 'a' }] },
      }),
    );
    assert.equal(await service.metric('injections_total{mode="native"}'), count + 1);
  });

  it('is live and ready', async () => {
    assert.equal((await service.management('/livez')).status, 200);
    const { status, body } = await service.management('/readyz');
    const up = { status: 'up' };
    assert.deepEqual(
      [status, JSON.parse(body).details],
      [200, { certificate: up, configuration: up, namespaces: up, shutdown: up, webhook: up }],
    );
  });

  it('shows the certificate that the webhook serves', async () => {
    const socket = connect({ port: service.port, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const served = socket.getPeerX509Certificate();
    socket.destroy();
    const { status, body } = await service.management('/certificate');
    assert.deepEqual([status, new X509Certificate(body).fingerprint256], [200, served?.fingerprint256]);
    assert.ok(!body.includes('KEY'));
  });

  it('serves nothing else on the management port', async () => {
    assert.equal((await service.management('/mutate')).status, 404);
  });

  it('reads no body on the management listener, whatever its type', async () => {
    for (const type of ['application/json; charset=shift_jis', 'application/x-www-form-urlencoded']) {
      const headers = { 'content-type': type };
      const { status } = await fetch(`${service.managementUrl}/livez`, {
        method: 'POST',
        headers,
        body: '{',
      });
      assert.equal(status, 404);
    }
  });

  it('writes audit annotations whose keys the API server can prefix', async () => {
    const { auditAnnotations } = await service.review(recordedReview('pod-by-job'));
    assert.deepEqual(auditAnnotations, { outcome: 'injected', reason: 'injected' });
  });
});

/** An injected Pod to which another webhook appended an init container. */
function reinvoked(): object {
  const ports = [{ containerPort: 5054 }, { containerPort: 5053, protocol: 'UDP' }];
  const init = { name: 'init-iptables', env: [{ name: 'PROXY_INIT_RULES_IPV4', value: '*nat' }] };
  return {
    metadata: { annotations: { 'proxy-injection/status': 'injected' } },
    spec: {
      containers: [{ name: 'app' }, { name: 'proxy-sidecar', ports }],
      initContainers: [init, { name: 'late' }],
    },
  };
}
