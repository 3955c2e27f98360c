import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, before, describe, it } from 'node:test';
import { PRODUCT_VERSION } from '../../src/core/version.js';
import { Injector } from '../process/injector.js';
import { recordedReview, reviewOf } from '../support/reviews.js';
import { until } from '../support/until.js';
import { OtlpReceiver, type ReceivedSpan } from './otlp-receiver.js';

/** What the SDK writes for a server span, and for a status that is not set. */
const SERVER = 2;
const UNSET = {};

const PARENT = '00f067aa0ba902b7';
const HTTP = {
  'http.request.method': 'POST',
  'http.response.status_code': 200,
  'http.route': '/mutate',
  'url.path': '/mutate',
  'url.scheme': 'https',
};

let traces = 0;

/** The ID of a trace that no other request belongs to. */
function newTrace(): string {
  traces += 1;
  return `4bf92f3577b34da6a3ce929d0e0e${String(traces).padStart(4, '0')}`;
}

describe('traces', () => {
  let receiver: OtlpReceiver;
  const running: Injector[] = [];

  before(async () => {
    receiver = await OtlpReceiver.start();
  });
  after(async () => {
    for (const injector of running) await injector.stop();
    receiver.stop();
  });

  async function start(env: { readonly [variable: string]: string } = {}): Promise<Injector> {
    const injector = await Injector.start({
      INJECTOR_SHUTDOWN_DRAIN_SECONDS: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      ...env,
    });
    running.push(injector);
    return injector;
  }

  /** Posts a review as a part of a trace, and returns its span. */
  async function spanOf(injector: Injector, review: string | object, flags = '01'): Promise<ReceivedSpan> {
    const trace = newTrace();
    await post(injector, review, { traceparent: `00-${trace}-${PARENT}-${flags}` });
    await until(() => receiver.ofTrace(trace));
    return receiver.ofTrace(trace) as ReceivedSpan;
  }

  async function post(injector: Injector, review: string | object, headers: object = {}): Promise<number> {
    const body = typeof review === 'string' ? review : JSON.stringify(review);
    return (await injector.post(body, { headers })).status;
  }

  it('are off unless the environment names a collector', async () => {
    const injector = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: '' });
    const traced = await start();
    const trace = newTrace();
    const review = recordedReview('pod-by-replicaset');
    assert.equal(await post(injector, review, { traceparent: `00-${trace}-${PARENT}-01` }), 200);
    await spanOf(traced, review);
    assert.equal(receiver.ofTrace(trace), undefined);
  });

  describe('with a collector', () => {
    let injector: Injector;
    before(async () => {
      injector = await start({ OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' });
    });

    it("send a span for each admission, a child of the API server's", async () => {
      const trace = newTrace();
      const headers = { traceparent: `00-${trace}-${PARENT}-01`, tracestate: 'vendor=value' };
      const before = Date.now();
      assert.equal(await post(injector, recordedReview('pod-by-replicaset'), headers), 200);
      const after = Date.now();
      await until(() => receiver.ofTrace(trace));
      const { name, kind, parentSpanId, traceState, status, attributes, start, end } = receiver.ofTrace(
        trace,
      ) as ReceivedSpan;
      assert.deepEqual(
        { name, kind, parentSpanId, traceState, status, attributes },
        {
          name: 'POST /mutate',
          kind: SERVER,
          parentSpanId: PARENT,
          traceState: 'vendor=value',
          status: UNSET,
          attributes: {
            ...HTTP,
            'k8s.namespace.name': 'shop',
            'k8s.replicaset.name': 'api-648cf78664',
            'proxy_injection.generate_name': 'api-648cf78664-',
            'proxy_injection.uid': 'd3a0ddce-b67a-41cf-a43a-951c62d2683f',
            'proxy_injection.outcome': 'injected',
            'proxy_injection.reason': 'injected',
          },
        },
      );
      const logged = () => injector.logs.filter((line) => line.trace === trace).length;
      await until(() => logged() > 0); // lines are written in batches
      assert.equal(logged(), 1);
      const ms = (nanoseconds: bigint) => Number(nanoseconds) / 1e6;
      assert.ok(before - 3 <= ms(start) && ms(start) < ms(end) && ms(end) <= after + 3);
    });

    it('name a Pod that has a name, and an owner without an attribute of its own', async () => {
      const controller = {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Rollout',
        name: 'web',
        controller: true,
      };
      const pod = {
        metadata: {
          name: 'web-1',
          annotations: { 'proxy-injection': 'disabled' },
          ownerReferences: [controller],
        },
        spec: { containers: [{ name: 'app' }] },
      };
      const { attributes } = await spanOf(injector, reviewOf(pod, { uid: 'one', dryRun: true }));
      assert.deepEqual(attributes, {
        ...HTTP,
        'k8s.namespace.name': 'shop',
        'k8s.pod.name': 'web-1',
        'proxy_injection.owner': 'Rollout/web',
        'proxy_injection.uid': 'one',
        'proxy_injection.dry_run': true,
        'proxy_injection.outcome': 'denied',
        'proxy_injection.reason': 'pod-disabled',
      });
    });

    it('include requests that cannot be read', async () => {
      const { status, attributes } = await spanOf(injector, 'x');
      assert.deepEqual(status, UNSET);
      assert.deepEqual(attributes, {
        ...HTTP,
        'http.response.status_code': 400,
        'proxy_injection.outcome': 'error',
        'proxy_injection.reason': 'bad-request',
      });
    });

    it('leave out requests that are no admissions', async () => {
      const trace = newTrace();
      const headers = { traceparent: `00-${trace}-${PARENT}-01` };
      assert.equal((await injector.post('', { headers, path: '/' })).status, 404);
      assert.equal((await injector.post('', { headers, method: 'GET' })).status, 405);
      await spanOf(injector, recordedReview('mirror-pod'));
      assert.equal(receiver.ofTrace(trace), undefined);
    });

    it('leave out what the API server does not sample', async () => {
      const trace = newTrace();
      await post(injector, recordedReview('mirror-pod'), { traceparent: `00-${trace}-${PARENT}-00` });
      await spanOf(injector, recordedReview('mirror-pod'));
      assert.equal(receiver.ofTrace(trace), undefined);
    });

    for (const [name, headers] of [
      ['without a traceparent', {}],
      ['with a malformed traceparent', { traceparent: 'nonsense' }],
      ['with an all-zero trace ID', { traceparent: `00-${'0'.repeat(32)}-${PARENT}-01` }],
    ] as const) {
      it(`start a trace for a request ${name}`, async () => {
        const uid = `root-${name}`;
        await post(injector, reviewOf({ metadata: {}, spec: {} }, { uid }), headers);
        const received = () =>
          receiver.spans.find(({ attributes }) => attributes['proxy_injection.uid'] === uid);
        await until(received);
        assert.ok(!received()?.parentSpanId);
        assert.match(received()?.traceId ?? '', /^(?!0{32})[0-9a-f]{32}$/);
      });
    }

    it('say which service sends them, and count spans', async () => {
      const { resource } = await spanOf(injector, recordedReview('mirror-pod'));
      const { 'telemetry.sdk.version': version, ...rest } = resource;
      assert.ok(version);
      assert.deepEqual(rest, {
        'service.name': 'proxy-injector',
        'service.version': PRODUCT_VERSION,
        'host.name': hostname(),
        'telemetry.sdk.language': 'nodejs',
        'telemetry.sdk.name': 'opentelemetry',
      });
      const { body } = await injector.management('/metrics');
      assert.match(body, /^proxy_injector_trace_spans_total\{result="exported"\} [1-9]/m);
      assert.match(body, /^proxy_injector_trace_spans_total\{result="failed"\} 0$/m);
      assert.match(body, /^proxy_injector_trace_spans_total\{result="dropped"\} 0$/m);
    });
  });

  it('follow the environment: endpoint of traces, resource, and sampler', async () => {
    const injector = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/v1/traces`,
      OTEL_SERVICE_NAME: 'injector-of-shop',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.version=other',
      OTEL_TRACES_SAMPLER: 'parentbased_always_off',
    });
    await post(injector, reviewOf({ metadata: {}, spec: {} }, { uid: 'not-sampled' }));
    const { resource } = await spanOf(injector, recordedReview('mirror-pod'));
    assert.equal(resource['service.name'], 'injector-of-shop');
    assert.equal(resource['service.version'], 'other');
    assert.equal(resource['deployment.environment.name'], 'test');
    assert.ok(!receiver.spans.some(({ attributes }) => attributes['proxy_injection.uid'] === 'not-sampled'));
  });

  it('ignore the parent with a sampler that does', async () => {
    const injector = await start({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '1' });
    const { parentSpanId } = await spanOf(injector, recordedReview('mirror-pod'), '00');
    assert.equal(parentSpanId, PARENT);
  });

  it('send the last spans on shutdown', async () => {
    const injector = await start({ OTEL_BSP_SCHEDULE_DELAY: '3600000' });
    const trace = newTrace();
    await post(injector, recordedReview('mirror-pod'), { traceparent: `00-${trace}-${PARENT}-01` });
    assert.equal(receiver.ofTrace(trace), undefined);
    injector.kill('SIGTERM');
    assert.equal(await injector.exit(), 0);
    await until(() => receiver.ofTrace(trace));
  });
});
