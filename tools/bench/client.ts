import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type TLSSocket } from 'node:tls';
import { quantile } from './statistics.js';

/** The requests to send. */
export interface Pace {
  readonly ports: readonly number[];
  readonly file: string;
  readonly connections: number;
  /** Each round sends `requests` requests to one port. The ports alternate. */
  readonly rounds: number;
  readonly requests: number;
  /** The rate at which requests become due; 0 sends each as soon as a connection is free. */
  readonly perSecond: number;
}

/** The latencies of one round, in milliseconds. */
export interface Latencies {
  readonly min: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** The sum over all requests. */
  readonly total: number;
}

/**
 * Posts one body at a fixed pace and measures each response from when its request was due, so that a server that falls
 * behind gets no fewer requests. Neither wrk nor autocannon does that with a resolution of microseconds. Runs as a
 * separate process: takes a {@link Pace} as its argument and prints the {@link Latencies} of each port's rounds.
 */
async function main({ ports, file, connections, rounds, ...pace }: Pace): Promise<Latencies[][]> {
  const request = requestFor(readFileSync(file));
  const servers = await Promise.all(
    ports.map(async (port) => ({
      idle: await Promise.all(Array.from({ length: connections }, () => Caller.open(port, request))),
      rounds: [] as Latencies[],
    })),
  );
  for (let round = 0; round < rounds; round += 1) {
    for (const server of servers) server.rounds.push(await oneRound(server.idle, pace));
  }
  for (const { idle } of servers) for (const caller of idle) caller.close();
  return servers.map((server) => server.rounds);
}

/** Creates little garbage, because collecting it would count as latency. */
async function oneRound(
  idle: Caller[],
  { requests, perSecond }: Pick<Pace, 'requests' | 'perSecond'>,
): Promise<Latencies> {
  const times = new Float64Array(requests);
  let answered = 0;
  const started = performance.now();
  for (let index = 0; index < requests; index += 1) {
    const due = perSecond > 0 ? started + (index * 1000) / perSecond : 0;
    while (performance.now() < due || idle.length === 0) await turn();
    const caller = idle.pop() as Caller;
    const from = due || performance.now();
    caller.call(() => {
      times[index] = performance.now() - from;
      answered += 1;
      idle.push(caller);
    });
  }
  while (answered < requests) await turn();
  const all = [...times];
  return {
    min: Math.min(...all),
    p50: quantile(all, 0.5),
    p99: quantile(all, 0.99),
    max: Math.max(...all),
    total: all.reduce((sum, time) => sum + time, 0),
  };
}

/** A persistent connection that sends the same request each time. */
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

  call(onAnswer: () => void): void {
    this.#onAnswer = onAnswer;
    this.socket.write(this.request);
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
