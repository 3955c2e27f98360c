import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { OPTED_IN } from '../cluster/cluster.js';
import { ApiServer } from '../cluster/local-cluster/api-server.js';
import { type Metrics, Replicas } from '../cluster/replicas.js';
import { sharedCluster } from '../cluster/shared-cluster.js';
import { secondAndLast, soak } from './soak.js';

/** The long run: `SOAK_CREATIONS=200000 npm test -- cluster`. */
const CREATIONS = Number(process.env.SOAK_CREATIONS ?? 20_000);
const CONNECTIONS = 16;

/**
 * The allowed growth of memory, in bytes; garbage alone varies by some megabytes. Between the middle of the second
 * fifth and of the last, each of two replicas answers 6,000 of 20,000 creations: leaking 4 KB per creation would exceed
 * this bound.
 */
const MEMORY_BOUND = 24e6;

/**
 * The allowed growth of the event loop lag and of the CPU time per creation, as a factor. Both depend on how busy the
 * machine is.
 */
const TIME_FACTOR = 3;

describe('a soak test', () => {
  const cluster = sharedCluster();
  const replicas = new Replicas(cluster);
  const api = ApiServer.of(cluster.kubeconfig, CONNECTIONS);
  const samples = new Map<string, Metrics[]>();
  let namespace: string;

  before(async () => {
    await replicas.settled();
    for (const name of await replicas.names()) samples.set(name, []);
    namespace = await cluster.namespace('soak', OPTED_IN);
  });
  after(async () => {
    api.close();
    await cluster.deleteNamespaces(namespace);
  });

  async function sample(): Promise<void> {
    for (const [name, taken] of samples) taken.push(await replicas.metricsOf(name));
  }

  it(`injects and counts each of ${CREATIONS} Pods exactly once`, async (t) => {
    const started = performance.now();
    const counts = await soak({ api, connections: CONNECTIONS, namespace, creations: CREATIONS }, sample);
    const seconds = (performance.now() - started) / 1000;
    t.diagnostic(`${seconds.toFixed(1)} s, ${Math.round(CREATIONS / seconds)} creations per second`);
    for (const line of counts.lines) t.diagnostic(line);
    assert.equal(counts.injected, CREATIONS);
    const counted = [...samples.values()].map((taken) => increase(taken, injections));
    t.diagnostic(`by replica: ${counted.join(', ')}`);
    assert.equal(sum(counted), CREATIONS);
  });

  it('does not grow in memory or event loop lag', (t) => {
    for (const taken of samples.values()) {
      const [memory, lastMemory] = secondAndLast(taken.map(get('process_resident_memory_bytes')));
      t.diagnostic(`memory: ${megabytes(memory)}, then ${megabytes(lastMemory)}`);
      assert.ok(lastMemory < memory + MEMORY_BOUND);
      for (const quantile of ['p50', 'p99']) {
        const [lag, lastLag] = secondAndLast(taken.map(get(`nodejs_eventloop_lag_${quantile}_seconds`)));
        t.diagnostic(`event loop lag, ${quantile}: ${milliseconds(lag)}, then ${milliseconds(lastLag)}`);
        if (quantile === 'p50') assert.ok(lastLag < lag * TIME_FACTOR);
      }
    }
  });

  it('does not grow in CPU time per creation', (t) => {
    const fifths = [1, 4].map((fifth) => {
      const spent = [...samples.values()].map((taken) => {
        const length = (taken.length - 1) / 5;
        const part = taken.slice(fifth * length, (fifth + 1) * length + 1);
        return [increase(part, get('process_cpu_seconds_total')), increase(part, injections)] as const;
      });
      return sum(spent.map(([cpu]) => cpu)) / sum(spent.map(([, count]) => count));
    });
    const [cpu = Number.NaN, lastCpu = Number.NaN] = fifths;
    t.diagnostic(`CPU time per creation: ${milliseconds(cpu)}, then ${milliseconds(lastCpu)}`);
    assert.ok(lastCpu < cpu * TIME_FACTOR);
  });
});

type Quantity = (metrics: Metrics) => number;

function get(name: string): Quantity {
  return (metrics) => metrics.get(name) ?? Number.NaN;
}

function injections(metrics: Metrics): number {
  return sum(
    ['container', 'native'].map((mode) => get(`proxy_injector_injections_total{mode="${mode}"}`)(metrics)),
  );
}

function increase(taken: readonly Metrics[], quantity: Quantity): number {
  const [first, last] = [taken[0], taken.at(-1)];
  return first && last ? quantity(last) - quantity(first) : Number.NaN;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(2)} ms`;
}
