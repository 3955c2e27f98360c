import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { recordedReview } from '../support/reviews.js';
import { until } from '../support/until.js';
import { Injector } from './injector.js';

const REVIEW = recordedReview('pod-by-replicaset');
const FAILED = 'Sending traces failed; the spans are lost';

/** Batches that are sent soon and fail soon. */
const FAST = {
  INJECTOR_SHUTDOWN_DRAIN_SECONDS: '0',
  OTEL_BSP_SCHEDULE_DELAY: '10',
  OTEL_EXPORTER_OTLP_TIMEOUT: '50',
};

/** Prints at the end which files were loaded. */
const LIST_FILES = "process.on('exit', () => process.stderr.write(Object.keys(require.cache).join('\\n')))";

type Environment = { readonly [variable: string]: string };

describe('traces that cannot be sent', () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function start(env: Environment): Promise<Injector> {
    const injector = await Injector.start({ ...FAST, ...env });
    cleanups.push(() => injector.stop());
    return injector;
  }

  async function listen(server: Server, port = 0): Promise<number> {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    cleanups.push(() => server.close());
    return (server.address() as AddressInfo).port;
  }

  async function spans(injector: Injector, result: string): Promise<number> {
    const { body } = await injector.management('/metrics');
    const sample = new RegExp(`^proxy_injector_trace_spans_total\\{result="${result}"\\} (\\d+)$`, 'm');
    return Number(sample.exec(body)?.[1]);
  }

  async function post(injector: Injector, times = 1): Promise<void> {
    for (let time = 0; time < times; time += 1) assert.equal((await injector.post(REVIEW)).status, 200);
  }

  it('are counted and logged once, then again when the collector is back', async () => {
    const port = await listen(createServer((socket) => socket.destroy()));
    await cleanups.pop()?.();
    const injector = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    for (let batch = 1; batch <= 3; batch += 1) {
      await post(injector);
      await until(async () => (await spans(injector, 'failed')) === batch);
    }
    await listen(
      createHttpServer((request, response) => request.resume().on('end', () => response.end())),
      port,
    );
    await post(injector);
    await until(() => injector.line('Sending traces works again'));
    assert.equal(await spans(injector, 'exported'), 1);
    // Only now have all lines before it arrived: the log is written in batches.
    const lines = injector.logs.filter(({ level }) => level === 'warn').map(({ msg }) => msg);
    assert.equal(lines.filter((line) => line === FAILED).length, 1);
    assert.match(String(injector.line(FAILED)?.reason), /ECONNREFUSED/);
  });

  it('are dropped once the queue is full, while a silent collector does not delay answers or the end', async () => {
    const port = await listen(createServer(() => {}));
    const injector = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '3600000',
      OTEL_BSP_EXPORT_TIMEOUT: '3600000',
      OTEL_BSP_MAX_QUEUE_SIZE: '5',
    });
    await post(injector, 20);
    await until(async () => (await spans(injector, 'dropped')) >= 5);
    injector.kill('SIGTERM');
    assert.equal(await injector.exit(), 0);
  });

  it('load nothing of OpenTelemetry while they are off', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'traces-')), 'list-files.cjs');
    writeFileSync(file, LIST_FILES);
    const filesOf = async (env: Environment) => {
      const injector = await start({ ...env, NODE_OPTIONS: `--require=${file}` });
      await injector.stop();
      return injector.stderr.split('\n').filter((path) => /\/(packages-)?otlp-traces\.js$/.test(path)).length;
    };
    assert.equal(await filesOf({}), 0);
    assert.ok((await filesOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })) > 0);
  });

  const INVALID: readonly [Environment, string][] = [
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
      'OTEL_EXPORTER_OTLP_ENDPOINT: expected a URL, such as http://otel-collector:4318, got "collector:4318"',
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://ok:4318', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'collector' },
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: expected a URL, such as http://otel-collector:4318, got "collector"',
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'OTEL_EXPORTER_OTLP_PROTOCOL: expected http/protobuf, got "grpc"',
    ],
  ];
  for (const [env, violation] of INVALID) {
    it(`end the start, which names the variable: ${violation}`, async () => {
      const injector = await Injector.start(env, { ready: false });
      assert.equal(await injector.exit(), 2);
      assert.equal(injector.stderr, `invalid configuration (environment):\n  ${violation}\n`);
    });
  }

  for (const off of [{ OTEL_SDK_DISABLED: 'TRUE' }, { OTEL_TRACES_EXPORTER: 'none' }]) {
    it(`are not looked at with ${Object.entries(off).join()}`, async () => {
      const injector = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'nonsense', ...off });
      await post(injector);
    });
  }

  it('are sent nevertheless if a variable is invalid that has a default, with a warning', async () => {
    const injector = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_TRACES_SAMPLER: 'sometimes',
      OTEL_RESOURCE_ATTRIBUTES: 'nonsense',
    });
    const warnings = injector.logs.filter(
      ({ msg }) => msg === 'OpenTelemetry ignores an environment variable',
    );
    const variables = warnings.map(({ reason }) => /OTEL_[A-Z_]+/.exec(String(reason))?.[0]);
    assert.deepEqual(variables.sort(), ['OTEL_RESOURCE_ATTRIBUTES', 'OTEL_TRACES_SAMPLER']);
  });
});
