import type { Answers, Round } from '../client.js';
import type { Input } from '../inputs.js';
import type { Servers } from '../server.js';
import { median, quantile } from '../statistics.js';
import { answersOf } from './latency.js';

const WARM_UP_ROUNDS = 2;
const ROUNDS = 12;
/** Rounds with a connection for each request, which take longer. */
const NEW_CONNECTION_ROUNDS = 6;
const ROUND_SECONDS = 1;
/** The fewest requests of a round: the 99th percentile of less says little. */
const LEAST_REQUESTS = 200;
/** Connections that an API server has kept from before. It opens more when it needs them. */
const KEPT_CONNECTIONS = 2;

/** How one server answered: medians over the rounds, in milliseconds, and its processor time per request. */
export interface Answered {
  readonly cpuMicros: number;
  readonly p50: number;
  readonly p99: number;
  /** Over all rounds. */
  readonly p999: number;
}

/** The injector's figure divided by the bare server's: the median over the rounds, and half of their middle range. */
export interface Ratio {
  readonly value: number;
  readonly noise: number;
}

/** Both servers at the same rate. */
export interface OpenLoop {
  readonly perSecond: number;
  readonly bare: Answered;
  readonly injector: Answered;
  readonly cpu: Ratio;
  readonly p99: Ratio;
}

/**
 * Compares both servers at a rate at which requests arrive whether or not the ones before are answered. They alternate,
 * so that other work on the machine affects both.
 */
export async function openLoop(
  { bare, injector }: Servers,
  input: Input,
  perSecond: number,
  { isNewConnection = false } = {},
): Promise<OpenLoop> {
  const pace = {
    connections: isNewConnection ? 0 : KEPT_CONNECTIONS,
    rounds: isNewConnection ? NEW_CONNECTION_ROUNDS : ROUNDS,
    warmUpRounds: WARM_UP_ROUNDS,
    requests: Math.max(Math.round(perSecond * ROUND_SECONDS), LEAST_REQUESTS),
    perSecond,
    isNewConnection,
  };
  const [ofBare, ofInjector] = (await answersOf([bare, injector], input, pace)) as [Answers, Answers];
  const ratio = (pick: (round: Round) => number) =>
    spread(ofInjector.rounds.map((round, index) => pick(round) / pick(ofBare.rounds[index] as Round)));
  return {
    perSecond,
    bare: answered(ofBare),
    injector: answered(ofInjector),
    cpu: ratio(({ cpuMicros }) => cpuMicros),
    p99: ratio(({ p99 }) => p99),
  };
}

function answered({ rounds, p999 }: Answers): Answered {
  return {
    cpuMicros: median(rounds.map(({ cpuMicros }) => cpuMicros)),
    p50: median(rounds.map(({ p50 }) => p50)),
    p99: median(rounds.map(({ p99 }) => p99)),
    p999,
  };
}

function spread(ratios: readonly number[]): Ratio {
  return { value: median(ratios), noise: (quantile(ratios, 0.75) - quantile(ratios, 0.25)) / 2 };
}
