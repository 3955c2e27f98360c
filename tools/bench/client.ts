import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type TLSSocket } from 'node:tls';
import { cpuMs } from './processes.js';
import { quantile } from './statistics.js';

/** An API server handles as many changes at a time by default: `--max-mutating-requests-inflight` of kube-apiserver. */
const MAX_IN_FLIGHT = 200;

/** A server, of which the processor time is measured if it runs on this machine. */
export interface PacedServer {
  readonly host?: string;
  readonly port: number;
  readonly pid?: number;
}

/** The requests to send. */
export interface Pace {
  readonly servers: readonly PacedServer[];
  readonly file: string;
  /** Connections that are open from the start. More are opened if a request is due and all are busy. */
  readonly connections: number;
  /** Each round sends `requests` requests to one server. The servers alternate. */
  readonly rounds: number;
  /** Rounds before these, which warm up the client. */
  readonly warmUpRounds: number;
  readonly requests: number;
  /**
   * How many requests become due each second, at random (a Poisson process) but alike for each server; 0 sends each
   * as soon as the one before is answered.
   */
  readonly perSecond: number;
  /** Sends each request over a connection of its own. */
  readonly isNewConnection?: boolean;
  /** Sends to all servers at the same time, at different times for each, instead of to one after the other. */
  readonly isTogether?: boolean;
}

/** What one round took: the latencies in milliseconds, and the server's processor time per request. */
export interface Round {
  readonly min: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** The sum over all requests. */
  readonly total: number;
  /** 0 if the server does not run on this machine. */
  readonly cpuMicros: number;
}

/** The rounds of one server, and over all rounds, the 99.9th percentile and how many connections were opened. */
export interface Answers {
  readonly rounds: readonly Round[];
  readonly p999: number;
  readonly opened: number;
}

/**
 * Posts one body and measures each response from when its request was due, so that a server that falls behind gets no
 * fewer requests. Neither wrk nor autocannon does that with a resolution of microseconds. Runs as a separate process:
 * takes a {@link Pace} as its argument and prints the {@link Answers} of each server.
 */
async function main({
  servers,
  file,
  rounds,
  warmUpRounds,
  isTogether = false,
  ...pace
}: Pace): Promise<Answers[]> {
  const request = requestFor(readFileSync(file));
  const targets = await Promise.all(servers.map((server) => Target.open(server, request, pace.connections)));
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    const measured = targets.map(
      (target, index) => () => measure(target, pace, round, isTogether ? index : 0),
    );
    if (isTogether) await Promise.all(measured.map((start) => start()));
    else for (const start of measured) await start();
  }
  for (const { idle } of targets) for (const caller of idle) caller.close();
  return targets.map(({ rounds, times, opened }) => ({ rounds, p999: quantile(times, 0.999), opened }));
}

async function measure(target: Target, pace: RoundPace, round: number, seed: number): Promise<void> {
  const before = target.cpuMs();
  const times = await oneRound(target, pace, round + 1000 * seed);
  const cpuMicros = ((target.cpuMs() - before) * 1000) / times.length;
  if (round < 0) return;
  target.rounds.push({ ...summary(times), cpuMicros });
  for (const time of times) target.times.push(time);
}

type RoundPace = Pick<Pace, 'requests' | 'perSecond' | 'isNewConnection'>;

/** A server, its idle connections, and how it answered. */
class Target {
  readonly idle: Caller[] = [];
  readonly rounds: Round[] = [];
  readonly times: number[] = [];
  opened = 0;

  private constructor(
    private readonly server: PacedServer,
    private readonly request: Buffer,
  ) {}

  static async open(server: PacedServer, request: Buffer, connections: number): Promise<Target> {
    const target = new Target(server, request);
    for (let index = 0; index < connections; index += 1) target.idle.push(await target.connect());
    return target;
  }

  connect(): Promise<Caller> {
    this.opened += 1;
    return Caller.open(this.server, this.request);
  }

  cpuMs(): number {
    return this.server.pid === undefined ? 0 : cpuMs(this.server.pid);
  }
}

/** Returns the latencies. Creates little garbage, because collecting it would count as latency. */
async function oneRound(
  target: Target,
  { requests, perSecond, isNewConnection = false }: RoundPace,
  seed: number,
): Promise<Float64Array> {
  const { idle } = target;
  const times = new Float64Array(requests);
  const gap = gaps(seed);
  let answered = 0;
  let due = performance.now();
  const send = (caller: Caller, index: number, from: number) =>
    caller.call(() => {
      times[index] = performance.now() - from;
      answered += 1;
      if (isNewConnection) caller.close();
      else idle.push(caller);
    });
  for (let index = 0; index < requests; index += 1) {
    if (perSecond > 0) due += gap() * (1000 / perSecond);
    while (perSecond > 0 ? performance.now() < due : answered < index) await turn();
    while (index - answered >= MAX_IN_FLIGHT) await turn();
    const from = perSecond > 0 ? due : performance.now();
    const caller = isNewConnection ? undefined : idle.pop();
    if (caller !== undefined) send(caller, index, from);
    else target.connect().then((opened) => send(opened, index, from));
  }
  while (answered < requests) await turn();
  return times;
}

/** Random gaps between the arrivals of a Poisson process, one on average: mulberry32, and the inverse of its sum. */
function gaps(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return -Math.log(1 - ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32);
  };
}

function summary(times: Float64Array): Omit<Round, 'cpuMicros'> {
  const all = [...times];
  return {
    min: Math.min(...all),
    p50: quantile(all, 0.5),
    p99: quantile(all, 0.99),
    max: Math.max(...all),
    total: all.reduce((sum, time) => sum + time, 0),
  };
}

/** A connection that sends the same request each time. */
class Caller {
  #onAnswer: () => void = () => {};
  #received: Buffer = Buffer.alloc(0);

  private constructor(
    private readonly socket: TLSSocket,
    private readonly request: Buffer,
  ) {
    socket.setNoDelay(true).on('data', (chunk) => this.#take(chunk));
  }

  static async open({ host = '127.0.0.1', port }: PacedServer, request: Buffer): Promise<Caller> {
    const socket = connect({ host, port, rejectUnauthorized: false });
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
