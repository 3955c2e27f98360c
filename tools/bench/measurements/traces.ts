import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Input } from '../inputs.js';
import { load } from '../load.js';
import { BenchServer } from '../server.js';
import { type Comparison, compare } from './throughput.js';

const RESULT = 'proxy_injector_trace_spans_total{result="exported"}';

/** What traces cost: the injector without them is compared as `bare`, the one with them as `injector`. */
export interface TraceCost {
  /** With a span for every request. */
  readonly sampled: Comparison;
  /** With a sampler that drops all. */
  readonly unsampled: Comparison;
  /** How many spans reached the collector. */
  readonly exported: number;
}

/** Runs the three injectors on the same core. Their collector reads spans and forgets them. */
export async function traceCost(
  input: Input,
  options: { readonly rounds: number; readonly seconds: number; readonly warmUpSeconds: number },
): Promise<TraceCost> {
  const collector = createServer((request, response) => request.resume().on('end', () => response.end()));
  await once(collector.listen(0, '127.0.0.1'), 'listening');
  const { port } = collector.address() as AddressInfo;
  const withSampler = (sampler: string) =>
    BenchServer.injector({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_TRACES_SAMPLER: sampler },
    });
  const off = await BenchServer.injector();
  const sampled = await withSampler('always_on');
  const unsampled = await withSampler('always_off');
  const servers = [off, sampled, unsampled];
  for (const server of servers) await load(server.port, input, options.warmUpSeconds);
  const result = {
    sampled: await compare({ bare: off, injector: sampled }, input, options),
    unsampled: await compare({ bare: off, injector: unsampled }, input, options),
    exported: (await sampled.metrics())[RESULT] ?? 0,
  };
  await Promise.all(servers.map((server) => server.stop()));
  collector.close();
  return result;
}
