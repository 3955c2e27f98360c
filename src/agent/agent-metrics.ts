import { Counter, Gauge, Registry } from 'prom-client';
import osMemoryHeap from 'prom-client/lib/metrics/osMemoryHeap.js';
import processCpuTotal from 'prom-client/lib/metrics/processCpuTotal.js';
import processOpenFileDescriptors from 'prom-client/lib/metrics/processOpenFileDescriptors.js';
import processStartTime from 'prom-client/lib/metrics/processStartTime.js';
import { PRODUCT_VERSION } from '../core/version.js';
import { DurationHistogram } from '../observability/metrics/duration-histogram.js';

const PREFIX = 'proxy_injector_agent_';

/** The agent's metrics, and those of its process that cost nothing between scrapes. */
export class AgentMetrics {
  readonly registry = new Registry();

  readonly redirects = new Counter({
    name: `${PREFIX}redirects_total`,
    help:
      'Attempts to redirect a Pod, by result: applied, failed, invalid because of the annotation, or skipped because ' +
      'the Pod is on the host network.',
    labelNames: ['result'],
    registers: [this.registry],
  });
  readonly duration = new DurationHistogram({
    name: `${PREFIX}redirect_duration_seconds`,
    help: 'Time to apply the redirect of a Pod, without failures. A new Pod waits for it.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5],
  }).register(this.registry);
  readonly connected = new Gauge({
    name: `${PREFIX}connected`,
    help: '1 while the agent is connected to the container runtime, otherwise 0.',
    registers: [this.registry],
  });
  readonly connections = new Counter({
    name: `${PREFIX}connections_total`,
    help: 'Connections to the container runtime. Each restart of the runtime adds one.',
    registers: [this.registry],
  });
  readonly logLinesDropped = new Counter({
    name: `${PREFIX}log_lines_dropped_total`,
    help: 'Log lines dropped because stdout was not read.',
    registers: [this.registry],
  });

  /** Known label values start at 0: Prometheus sees no increase in a counter that first appears as 1. */
  constructor() {
    for (const result of ['applied', 'failed', 'invalid', 'skipped']) this.redirects.inc({ result }, 0);
    for (const collect of [processCpuTotal, processStartTime, osMemoryHeap, processOpenFileDescriptors]) {
      collect(this.registry);
    }
    const buildInfo = new Gauge({
      name: `${PREFIX}build_info`,
      help: 'Always 1, labeled with the versions of the agent and of Node.',
      labelNames: ['version', 'node'],
      registers: [this.registry],
    });
    buildInfo.set({ version: PRODUCT_VERSION, node: process.version }, 1);
  }
}
