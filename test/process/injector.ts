import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { request } from 'node:https';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { ROOT } from '../../tools/checkout.js';
import { until } from '../support/until.js';
import { openPipe } from './pipe.js';

/** One line of the log. */
export type LogLine = { readonly msg: string; readonly level: string } & {
  readonly [field: string]: unknown;
};

/**
 * Starts the service with an environment, with stdout and stderr as pipes. Signals to the child must reach the service.
 */
export type Launch = (env: { readonly [variable: string]: string }) => ChildProcessWithoutNullStreams;

/** Like `npm start`, without its flags, and with a pipe as stdout, which a container has too. */
function asProcess(env: NodeJS.ProcessEnv): ChildProcessWithoutNullStreams {
  const { PATH, NODE_V8_COVERAGE } = process.env;
  const pipe = openPipe();
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'main.js')], {
    env: { PATH, ...(NODE_V8_COVERAGE && { NODE_V8_COVERAGE }), ...env },
    stdio: ['pipe', pipe.writeEnd, 'pipe'],
  });
  pipe.closeWriteEnd();
  return Object.assign(child, { stdout: pipe.reader }) as ChildProcessWithoutNullStreams;
}

/** The built service as a process, on free ports. */
export class Injector {
  readonly logs: LogLine[] = [];
  stderr = '';
  #child!: ChildProcessWithoutNullStreams;
  #lines!: Interface;
  #exit!: Promise<number | null>;

  /** Starts the service. Unless `ready` is false, waits until it is ready, and throws if it exits before. */
  static async start(
    env: { readonly [variable: string]: string },
    { ready = true, launch = asProcess as Launch } = {},
  ): Promise<Injector> {
    const injector = new Injector();
    const ports = {
      INJECTOR_WEBHOOK_PORT: '0',
      INJECTOR_MANAGEMENT_PORT: '0',
      INJECTOR_MANAGEMENT_HOST: '127.0.0.1',
    };
    const child = launch({ ...ports, ...env });
    injector.#child = child;
    injector.#exit = new Promise((resolve) => child.once('exit', resolve));
    injector.#lines = createInterface({ input: child.stdout });
    injector.#lines.on('line', (line) => injector.logs.push(JSON.parse(line)));
    child.stderr.on('data', (chunk) => {
      injector.stderr += chunk;
    });
    if (!ready) return injector;
    await until(
      async () =>
        child.exitCode !== null ||
        (await injector.management('/readyz').catch(() => undefined))?.status === 200,
    );
    if (child.exitCode !== null)
      throw new Error(`the injector exited with ${child.exitCode}: ${injector.stderr}`);
    return injector;
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  get port(): number {
    return Number(this.line('Webhook listening')?.port);
  }

  /** The first log line whose message starts with `prefix`. */
  line(prefix: string): LogLine | undefined {
    return this.logs.find(({ msg }) => msg.startsWith(prefix));
  }

  async management(path: string): Promise<{ status: number; body: string }> {
    const response = await fetch(`${this.line('Management listening')?.url}${path}`);
    return { status: response.status, body: await response.text() };
  }

  /** Stops reading its stdout, so that the pipe fills up. */
  stopReading(): void {
    this.#lines.close();
    this.#child.stdout.removeAllListeners('data').pause();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves with the exit code, or null after a signal. */
  exit(): Promise<number | null> {
    return this.#exit;
  }

  /** Stops the process at the end of a test. Throws if it fails. */
  async stop(): Promise<void> {
    const running = this.#child.exitCode === null && this.#child.signalCode === null;
    if (running) this.#child.kill('SIGTERM');
    const code = await this.#exit;
    if (running && code !== 0 && code !== null)
      throw new Error(`the injector exited with ${code}: ${this.stderr}`);
  }

  /** Posts a review on a new connection. Resolves with the response and the serial number of the certificate. */
  post(body: string, options: object = {}): Promise<{ status: number; body: string; serial: string }> {
    return new Promise((resolve, reject) => {
      const call = request(
        {
          host: '127.0.0.1',
          port: this.port,
          path: '/mutate',
          method: 'POST',
          rejectUnauthorized: false,
          agent: false,
          ...options,
        },
        (response) => {
          const { serialNumber } = (response.socket as import('node:tls').TLSSocket).getPeerCertificate();
          let text = '';
          response.setEncoding('utf8').on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: text, serial: serialNumber }),
          );
          response.on('error', reject);
        },
      );
      call.on('error', reject);
      call.end(body);
    });
  }
}
