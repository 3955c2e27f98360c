import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { OPTED_IN } from '../cluster.js';
import { ApiServer } from '../local-cluster/api-server.js';
import { type Metrics, Replicas } from '../replicas.js';
import { sharedCluster } from '../shared-cluster.js';
import { secondAndLast, soak } from './soak.js';

/** The long run: `SOAK_CREATIONS=200000 npm test -- cluster`. */
const CREATIONS = Number(process.env.SOAK_CREATIONS ?? 20_000);
const CONNECTIONS = 16;

/**
 * By how much memory may differ, in bytes: garbage comes and goes by some megabytes. From the middle of the second
 * fifth to that of the last, a replica that answers half of 20,000 creations answers 6,000: holding on to what came of
 * each, 4 KB at least, would take more.
 */
const MEMORY_BOUND = 24e6;

/**
 * By which factor the lag of the event loop and the CPU time of a creation may differ: both are those of a busy
 * machine.
 */
const TIME_FACTOR = 3;

describe('a soak', () => {
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

  it(`injects each of ${CREATIONS} Pods once, and counts it once`, async (t) => {
    const started = performance.now();
    const counts = await soak({ api, connections: CONNECTIONS, namespace, creations: CREATIONS }, sample);
    const seconds = (performance.now() - started) / 1000;
    t.diagnostic(`${seconds.toFixed(1)} s, ${Math.round(CREATIONS / seconds)} creations a second`);
    for (const line of counts.lines) t.diagnostic(line);
    assert.equal(counts.injected, CREATIONS);
    const counted = [...samples.values()].map((taken) => increase(taken, injections));
    t.diagnostic(`by replica: ${counted.join(', ')}`);
    assert.equal(sum(counted), CREATIONS);
  });

  it('takes no more memory at its end, and is no slower', (t) => {
    for (const taken of samples.values()) {
      const [memory, lastMemory] = secondAndLast(taken.map(get('process_resident_memory_bytes')));
      t.diagnostic(`memory: ${megabytes(memory)}, then ${megabytes(lastMemory)}`);
      assert.ok(lastMemory < memory + MEMORY_BOUND);
      for (const quantile of ['p50', 'p99']) {
        const [lag, lastLag] = secondAndLast(taken.map(get(`nodejs_eventloop_lag_${quantile}_seconds`)));
        t.diagnostic(
          `lag of the event loop, ${quantile}: ${milliseconds(lag)}, then ${milliseconds(lastLag)}`,
        );
        if (quantile === 'p50') assert.ok(lastLag < lag * TIME_FACTOR);
      }
    }
  });

  it('takes no more CPU time for a creation at its end', (t) => {
    const fifths = [1, 4].map((fifth) => {
      const spent = [...samples.values()].map((taken) => {
        const length = (taken.length - 1) / 5;
        const part = taken.slice(fifth * length, (fifth + 1) * length + 1);
        return [increase(part, get('process_cpu_seconds_total')), increase(part, injections)] as const;
      });
      return sum(spent.map(([cpu]) => cpu)) / sum(spent.map(([, count]) => count));
    });
    const [cpu = Number.NaN, lastCpu = Number.NaN] = fifths;
    t.diagnostic(`CPU time of a creation: ${milliseconds(cpu)}, then ${milliseconds(lastCpu)}`);
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
