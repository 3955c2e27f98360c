import type { Input } from './inputs.js';
import { latencies } from './latency.js';
import type { BenchServer } from './server.js';

const DURATION = 'proxy_injector_admission_duration_seconds';
const LAG = 'nodejs_eventloop_lag_max_seconds';

/** What the injector's metrics say, beside what somebody else saw; in milliseconds. */
export interface Honesty {
  readonly requests: number;
  /** By how much the sum of the histogram grew. */
  readonly histogram: number;
  /** The time that the process had on its core meanwhile. */
  readonly cpu: number;
  /** From the client's requests to their answers, one after the other: the wall clock. */
  readonly wall: number;
  /** The largest lag of the event loop that the metrics report. */
  readonly lag: number;
  /** The longest that the client waited for an expensive Pod meanwhile: about so long the loop stood still. */
  readonly longest: number;
}

/** The histogram over requests one after the other; the lag while Pods come that keep the event loop busy for long. */
export async function honesty(server: BenchServer, usual: Input, expensive: Input): Promise<Honesty> {
  const requests = 5000;
  const before = await server.metrics();
  const cpu = server.cpuMs;
  const { total } = await latencies(server, usual, { connections: 1, requests, perSecond: 0 });
  const after = await server.metrics();
  const grown = (name: string) => (after[name] ?? Number.NaN) - (before[name] ?? Number.NaN);
  if (grown(`${DURATION}_count`) !== requests) throw new Error('the histogram did not count every request');
  const usedCpu = server.cpuMs - cpu;
  const { max } = await latencies(server, expensive, { connections: 1, requests: 10, perSecond: 0 });
  const lag = (await server.metrics())[LAG] ?? Number.NaN;
  return {
    requests,
    histogram: grown(`${DURATION}_sum`) * 1000,
    cpu: usedCpu,
    wall: total,
    lag: lag * 1000,
    longest: max,
  };
}
