import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { MountedVolume } from '../http/tls/mounted-volume.js';
import { DAY_MS, makePair } from '../http/tls/pairs.js';
import { recordedReview } from '../support/reviews.js';
import { until } from '../support/until.js';
import { Injector } from './injector.js';

const REVIEW = recordedReview('pod-by-replicaset');

describe('the service as a process', () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function start(env: NodeJS.ProcessEnv = {}): Promise<Injector> {
    const injector = await Injector.start({ INJECTOR_SHUTDOWN_DRAIN_SECONDS: '0', ...env });
    cleanups.push(() => injector.stop());
    return injector;
  }

  function mounted(files: { [name: string]: string }): MountedVolume {
    const volume = MountedVolume.create(files);
    cleanups.push(() => volume.remove());
    return volume;
  }

  function startLoad(injector: Injector): Load {
    const load = new Load(injector, 8);
    cleanups.push(() => load.stop());
    return load;
  }

  it('runs without any configuration, and logs what it uses instead', async () => {
    const injector = await start();
    const { status, body } = await injector.post(REVIEW);
    assert.equal(status, 200);
    assert.equal(JSON.parse(body).response.auditAnnotations.reason, 'injected');
    assert.ok(injector.line('No certificate files and no cluster: serving a self-signed certificate'));
    assert.ok(injector.line('No cluster: using the setting `namespaces`'));
  });

  it('reloads the certificate when the Secret changes, and keeps it when the next pair is invalid', async () => {
    const [one, two] = await Promise.all([makePair(), makePair()]);
    const secret = mounted({ 'tls.crt': one.cert, 'tls.key': one.key });
    const injector = await start({
      INJECTOR_TLS_CERT: secret.file('tls.crt'),
      INJECTOR_TLS_KEY: secret.file('tls.key'),
    });
    const first = await injector.post(REVIEW);
    const slow = slowPost(injector);
    await slow.started;

    secret.update({ 'tls.crt': two.cert, 'tls.key': two.key });
    await until(async () => (await injector.post(REVIEW)).serial !== first.serial);
    const second = await injector.post(REVIEW);
    assert.equal(await slow.finish(), 200);

    secret.update({ 'tls.crt': one.cert, 'tls.key': two.key });
    await until(() => injector.line('Certificate reload failed'));
    assert.equal((await injector.post(REVIEW)).serial, second.serial);
    const { body } = await injector.management('/metrics');
    assert.match(body, /^proxy_injector_certificate_reloads_total\{result="success"\} 1$/m);
    assert.match(body, /^proxy_injector_certificate_reloads_total\{result="failure"\} 1$/m);
    assert.match(body, /^proxy_injector_certificate_reloads_total\{result="postponed"\} 0$/m);
    assert.match(body, /^proxy_injector_certificate_last_reload_successful 0$/m);

    secret.update({ 'tls.crt': one.cert, 'tls.key': one.key });
    await until(async () => (await injector.post(REVIEW)).serial === first.serial);
    assert.equal((await injector.management('/readyz')).status, 200);
    const { body: recovered } = await injector.management('/metrics');
    assert.match(recovered, /^proxy_injector_certificate_last_reload_successful 1$/m);
  });

  it('keeps its certificate while the Secret holds one that is not valid yet', async () => {
    const [one, two] = await Promise.all([
      makePair(),
      makePair({ notBefore: new Date(Date.now() + DAY_MS / 2) }),
    ]);
    const secret = mounted({ 'tls.crt': one.cert, 'tls.key': one.key });
    const injector = await start({
      INJECTOR_TLS_CERT: secret.file('tls.crt'),
      INJECTOR_TLS_KEY: secret.file('tls.key'),
    });
    const { serial } = await injector.post(REVIEW);
    secret.update({ 'tls.crt': two.cert, 'tls.key': two.key });
    await until(() => injector.line(`${secret.file('tls.crt')} is not valid before`));
    assert.equal((await injector.post(REVIEW)).serial, serial);
    assert.equal((await injector.management('/readyz')).status, 200);
    const { body } = await injector.management('/metrics');
    assert.match(body, /^proxy_injector_certificate_reloads_total\{result="success"\} 0$/m);
    assert.match(body, /^proxy_injector_certificate_reloads_total\{result="postponed"\} 1$/m);
    assert.match(body, /^proxy_injector_certificate_last_reload_successful 0$/m);
    secret.update({ 'tls.crt': one.cert, 'tls.key': one.key });
    await until(() => injector.line('Certificate matches its files again'));
    assert.match(
      (await injector.management('/metrics')).body,
      /^proxy_injector_certificate_last_reload_successful 1$/m,
    );
  });

  it('reloads a changed configuration, keeps the last valid one, and reloads the corrected one', async () => {
    const map = mounted({ 'config.yaml': 'proxy: {image: "one:1"}' });
    const injector = await start({ INJECTOR_CONFIG: map.file('config.yaml') });
    assert.equal(await imageOf(injector), 'one:1');

    map.update({ 'config.yaml': 'proxy: {image: "two:2"}\nwebhook: {requestTimeoutSeconds: 5}' });
    await until(async () => (await imageOf(injector)) === 'two:2');
    await until(() => injector.line('Some changed settings need a restart to take effect'));

    map.update({ 'config.yaml': 'proxy: {image: "three:3", tcpPort: http}\nnonsense: 1' });
    await until(() => injector.line('Configuration reload failed'));
    assert.match(
      String(injector.line('Configuration reload failed')?.error),
      /proxy\.tcpPort: expected a whole number from 1 to 65535, got "http"/,
    );
    assert.match(
      String(injector.line('Configuration reload failed')?.error),
      /nonsense: expected one of the keys/,
    );
    assert.equal(await imageOf(injector), 'two:2');

    map.update({ 'config.yaml': '# nothing\n' });
    await until(
      () => injector.logs.filter(({ msg }) => msg.startsWith('Configuration reload failed')).length === 2,
    );
    const { body: broken } = await injector.management('/metrics');
    assert.match(broken, /^proxy_injector_config_last_reload_successful 0$/m);
    map.update({ 'config.yaml': 'proxy: {image: "two:2"}\nwebhook: {requestTimeoutSeconds: 5}' });
    await until(() => injector.line('The configuration file matches the active configuration again'));

    map.update({ 'config.yaml': 'proxy: {image: "four:4"}' });
    await until(async () => (await imageOf(injector)) === 'four:4');
    const { body } = await injector.management('/metrics');
    assert.match(body, /^proxy_injector_config_reloads_total\{result="success"\} 2$/m);
    assert.match(body, /^proxy_injector_config_reloads_total\{result="failure"\} 2$/m);
    assert.match(body, /^proxy_injector_config_last_reload_successful 1$/m);
    assert.equal(body.match(/^proxy_injector_config_info\{/gm)?.length, 1);
  });

  it('loses no request on SIGTERM: becomes unready at once, and keeps serving with Connection: close', async () => {
    const injector = await start({ INJECTOR_SHUTDOWN_DRAIN_SECONDS: '10' });
    const load = startLoad(injector);
    await until(() => load.answered > 200);
    injector.kill('SIGTERM');
    await until(async () => (await injector.management('/readyz')).status === 503);
    assert.equal((await injector.management('/livez')).status, 200);
    const before = load.answered;
    await until(() => load.answered > before + 50);
    await load.stop();
    assert.deepEqual(load.failures, []);
    assert.ok(load.closing > 25, `${load.closing} responses with Connection: close`);
    assert.equal(await injector.exit(), 0);
  });

  it('finishes a request that it is reading when it shuts down', async () => {
    const injector = await start();
    const slow = slowPost(injector);
    await slow.started;
    injector.kill('SIGTERM');
    await until(() => injector.line('Shutting down'));
    await sleep(200);
    assert.equal(await slow.finish(), 200);
    assert.equal(await injector.exit(), 0);
  });

  /** Fills the pipe that is its stdout. At debug the log holds patches, so that fewer requests fill it. */
  async function startWithFullPipe(format: string): Promise<{ injector: Injector; load: Load }> {
    const injector = await start({
      INJECTOR_LOG_LEVEL: 'debug',
      INJECTOR_LOG_FORMAT: format,
      INJECTOR_SHUTDOWN_DRAIN_SECONDS: '1',
    });
    injector.stopReading();
    const load = startLoad(injector);
    await until(async () =>
      /^proxy_injector_log_lines_dropped_total [1-9]/m.test((await injector.management('/metrics')).body),
    );
    return { injector, load };
  }

  for (const format of ['auto', 'json']) {
    it(`keeps serving while its log is not read, counts dropped lines, and still exits (${format})`, async () => {
      const { injector, load } = await startWithFullPipe(format);
      const answered = load.answered;
      await until(() => load.answered > answered + 100);
      await load.stop();
      assert.deepEqual(load.failures, []);
      injector.kill('SIGTERM');
      assert.equal(await injector.exit(), 0);
    });
  }

  it('exits at once on a second signal while its log is not read', async () => {
    const { injector, load } = await startWithFullPipe('json');
    await load.stop();
    injector.kill('SIGTERM');
    await until(async () => (await injector.management('/readyz')).status === 503);
    injector.kill('SIGTERM');
    assert.equal(await injector.exit(), 1);
  });

  it('exits despite a client that sends nothing, and one that sends half a request', async () => {
    const injector = await start();
    const silent = connect({ host: '127.0.0.1', port: injector.port, rejectUnauthorized: false });
    silent.on('error', () => {});
    await once(silent, 'secureConnect');
    const half = slowPost(injector);
    half.status.catch(() => {});
    await half.started;
    injector.kill('SIGTERM');
    assert.equal(await injector.exit(), 0);
  });

  it('keeps the minimum TLS version after a reload', async () => {
    const [one, two] = await Promise.all([makePair(), makePair()]);
    const secret = mounted({ 'tls.crt': one.cert, 'tls.key': one.key });
    const injector = await start({
      INJECTOR_TLS_CERT: secret.file('tls.crt'),
      INJECTOR_TLS_KEY: secret.file('tls.key'),
      INJECTOR_TLS_MIN_VERSION: 'TLSv1.3',
    });
    const { serial } = await injector.post(REVIEW);
    await assert.rejects(injector.post(REVIEW, { maxVersion: 'TLSv1.2' }));
    secret.update({ 'tls.crt': two.cert, 'tls.key': two.key });
    await until(async () => (await injector.post(REVIEW)).serial !== serial);
    await assert.rejects(injector.post(REVIEW, { maxVersion: 'TLSv1.2' }));
  });

  it('exits at once on a second signal', async () => {
    const injector = await start({ INJECTOR_SHUTDOWN_DRAIN_SECONDS: '300' });
    injector.kill('SIGTERM');
    await until(() => injector.line('Shutting down'));
    injector.kill('SIGINT');
    assert.equal(await injector.exit(), 1);
  });

  it('starts with the configuration of a newer version, and reloads one of its own', async () => {
    const newer = 'version: 99.0.0\nfuture: enabled\nproxy: {image: "one:1"}';
    const map = mounted({ 'config.yaml': newer });
    const injector = await start({ INJECTOR_CONFIG: map.file('config.yaml') });
    await until(() => injector.line('Configuration reload failed'));
    assert.match(
      String(injector.line('Configuration reload failed')?.error),
      /:2:9 future: expected one of the keys/,
    );
    const { body } = await injector.management('/metrics');
    assert.match(body, /^proxy_injector_config_last_reload_successful 0$/m);
    map.update({ 'config.yaml': 'proxy: {image: "two:2"}' });
    await until(() => injector.line('Configuration reloaded'));
  });

  it('exits on an invalid configuration, and lists every violation', async () => {
    const map = mounted({ 'config.yaml': 'proxy: {tcpPort: http, imgae: x}' });
    const injector = await Injector.start({ INJECTOR_CONFIG: map.file('config.yaml') }, { ready: false });
    assert.equal(await injector.exit(), 2);
    const path = map.file('config.yaml');
    assert.equal(
      injector.stderr,
      `invalid configuration (${path}):\n` +
        `  ${path}:1:31 proxy.imgae: expected one of the keys preset, image, imagePullPolicy, mode, tcpPort, udpPort, uid, gid, logLevel, accessLog, holdApplication, drainSeconds, podResources, container, got "imgae"\n` +
        `  ${path}:1:18 proxy.tcpPort: expected a whole number from 1 to 65535, got "http"\n`,
    );
  });

  it('exits in a cluster without a certificate', async () => {
    const cluster = {
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: '1',
      POD_NAMESPACE: 'injector',
    };
    const injector = await Injector.start(
      { ...cluster, INJECTOR_TLS_CERT: '/none/tls.crt' },
      { ready: false },
    );
    assert.equal(await injector.exit(), 1);
    assert.match(injector.stderr, /^\/none\/tls\.crt/);
    assert.doesNotMatch(injector.stderr, /\n\s+at /);
  });

  it('exits if a port is taken, and names the port and the setting', async () => {
    const first = await start();
    const injector = await Injector.start({ INJECTOR_WEBHOOK_PORT: String(first.port) }, { ready: false });
    assert.equal(await injector.exit(), 1);
    assert.match(injector.stderr, new RegExp(`EADDRINUSE.*${first.port}\\n.*change webhook\\.port`));
    assert.match(injector.stderr, /\(INJECTOR_WEBHOOK_PORT\)\n$/);
  });
});

async function imageOf(injector: Injector): Promise<string> {
  const { body } = await injector.post(REVIEW);
  const patch = JSON.parse(Buffer.from(JSON.parse(body).response.patch, 'base64').toString());
  return patch.at(-1).value.image;
}

/**
 * Sends the first part of a request. `started` resolves when the service reads it; `finish` sends the rest and resolves
 * with the status.
 */
function slowPost(injector: Injector): {
  started: Promise<void>;
  status: Promise<number>;
  finish: () => Promise<number>;
} {
  const call = request({
    host: '127.0.0.1',
    port: injector.port,
    path: '/mutate',
    method: 'POST',
    rejectUnauthorized: false,
    agent: false,
    headers: { 'content-length': Buffer.byteLength(REVIEW) },
  });
  const status = new Promise<number>((resolve, reject) => {
    call.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)));
    call.on('error', reject);
  });
  const bytes = Buffer.from(REVIEW);
  call.write(bytes.subarray(0, 100));
  return {
    started: until(async () =>
      /^proxy_injector_admission_requests_in_flight 1$/m.test((await injector.management('/metrics')).body),
    ),
    status,
    finish: () => {
      call.end(bytes.subarray(100));
      return status;
    },
  };
}

/** Clients that post reviews one after the other over persistent connections, like the API server. */
class Load {
  answered = 0;
  closing = 0;
  readonly failures: unknown[] = [];
  readonly #agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  readonly #clients: Promise<void>[];
  #stopped = false;

  constructor(injector: Injector, clients: number) {
    this.#clients = Array.from({ length: clients }, () => this.#run(injector));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
    this.#agent.destroy();
  }

  async #run({ port }: Injector): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#once(port);
        this.answered += 1;
      } catch (error) {
        this.failures.push(String(error));
        await sleep(10);
      }
    }
  }

  #once(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const call = request(
        {
          host: '127.0.0.1',
          port,
          path: '/mutate',
          method: 'POST',
          agent: this.#agent,
          rejectUnauthorized: false,
        },
        (response) => {
          if (response.statusCode !== 200) this.failures.push(response.statusCode);
          if (response.headers.connection === 'close') this.closing += 1;
          response.resume().on('end', resolve).on('error', reject);
        },
      );
      call.on('error', reject);
      call.end(REVIEW);
    });
  }
}
