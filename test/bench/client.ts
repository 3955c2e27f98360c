import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type TLSSocket } from 'node:tls';
import { quantile } from './statistics.js';

/** What the client is to do. */
export interface Pace {
  readonly port: number;
  readonly file: string;
  readonly connections: number;
  readonly requests: number;
  /** Requests that become due in a second; 0 is one after the other. */
  readonly perSecond: number;
}

/** What it saw, in milliseconds. */
export interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Of all requests together. */
  readonly total: number;
}

/**
 * Posts one body at a given pace and times the answers from when each request was due: a server that falls behind is not asked
 * less. Neither wrk nor autocannon does that in microseconds. Run as a process of its own; the argument is a {@link Pace}.
 */
async function main({ port, file, connections, requests, perSecond }: Pace): Promise<Latencies> {
  const request = requestFor(readFileSync(file));
  const idle = await Promise.all(Array.from({ length: connections }, () => Caller.open(port, request)));
  const times: number[] = [];
  const pending: Promise<unknown>[] = [];
  const started = performance.now();
  for (let index = 0; index < requests; index += 1) {
    const due = perSecond > 0 ? started + (index * 1000) / perSecond : 0;
    while (performance.now() < due || idle.length === 0) await turn();
    const caller = idle.pop() as Caller;
    const from = due || performance.now();
    pending.push(
      caller.call().then(() => {
        times.push(performance.now() - from);
        idle.push(caller);
      }),
    );
  }
  await Promise.all(pending);
  for (const caller of idle) caller.close();
  return {
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    max: Math.max(...times),
    total: times.reduce((sum, time) => sum + time, 0),
  };
}

/** One kept connection that always sends the same. */
class Caller {
  #onAnswer: () => void = () => {};
  #received: Buffer = Buffer.alloc(0);

  private constructor(
    private readonly socket: TLSSocket,
    private readonly request: Buffer,
  ) {
    socket.setNoDelay(true).on('data', (chunk) => this.#take(chunk));
  }

  static async open(port: number, request: Buffer): Promise<Caller> {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    return new Caller(socket, request);
  }

  call(): Promise<void> {
    this.socket.write(this.request);
    return new Promise((resolve) => {
      this.#onAnswer = resolve;
    });
  }

  close(): void {
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const head = this.#received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const headers = this.#received.toString('latin1', 0, head);
    if (!headers.startsWith('HTTP/1.1 200 ')) throw new Error(headers);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(headers)?.[1]);
    if (this.#received.length < head + 4 + length) return;
    this.#received = Buffer.alloc(0);
    this.#onAnswer();
  }
}

function requestFor(body: Buffer): Buffer {
  const head = [
    'POST /mutate?timeout=5s HTTP/1.1',
    'Host: 127.0.0.1',
    'User-Agent: kube-apiserver-admission',
    `Content-Length: ${body.length}`,
    'Accept: application/json, */*',
    'Content-Type: application/json',
    'Accept-Encoding: gzip',
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

console.log(JSON.stringify(await main(JSON.parse(process.argv[2] as string))));
