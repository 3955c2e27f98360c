import type { Input } from '../inputs.js';
import type { BenchServer } from '../server.js';
import { latencies } from './latency.js';

const DURATION = 'proxy_injector_admission_duration_seconds';
const LAG = 'nodejs_eventloop_lag_max_seconds';

/** The injector's metrics next to outside measurements of the same requests, in milliseconds. */
export interface MetricsAccuracy {
  readonly requests: number;
  /** The increase in the sum of the histogram. */
  readonly histogram: number;
  /** The processor time used by the injector. */
  readonly cpu: number;
  /** The wall-clock time the client waited for responses, one request after the other. */
  readonly wall: number;
  /** The largest event loop lag in the metrics, while expensive Pods arrive. */
  readonly lag: number;
  /** The longest the client waited for an expensive Pod, which is about how long the event loop was blocked. */
  readonly longest: number;
}

/** Compares the histogram over sequential requests, and the event loop lag while expensive Pods block the loop. */
export async function metricsAccuracy(
  server: BenchServer,
  usual: Input,
  expensive: Input,
): Promise<MetricsAccuracy> {
  const requests = 5000;
  const before = await server.metrics();
  const cpu = server.cpuMs;
  const { total } = await latencies(server, usual, requests);
  const after = await server.metrics();
  const increase = (name: string) => (after[name] ?? Number.NaN) - (before[name] ?? Number.NaN);
  if (increase(`${DURATION}_count`) !== requests)
    throw new Error('the histogram did not count every request');
  const usedCpu = server.cpuMs - cpu;
  const { max } = await latencies(server, expensive, 10);
  const lag = (await server.metrics())[LAG] ?? Number.NaN;
  return {
    requests,
    histogram: increase(`${DURATION}_sum`) * 1000,
    cpu: usedCpu,
    wall: total,
    lag: lag * 1000,
    longest: max,
  };
}
