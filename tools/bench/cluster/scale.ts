import { join } from 'node:path';
import type { Cluster } from '../../../test/cluster/cluster.js';
import type { LocalCluster } from '../../../test/cluster/local-cluster/local-cluster.js';
import { RELEASE } from '../../../test/cluster/release.js';
import { type Metrics, Replicas } from '../../../test/cluster/replicas.js';
import { REVIEWS, recordedReview } from '../../../test/support/reviews.js';
import { ROOT } from '../../checkout.js';
import type { Answers, Pace } from '../client.js';
import { table } from '../format.js';

const CLIENT = join(ROOT, '.build', 'tools', 'bench', 'client.js');
const REVIEW = 'pod-by-replicaset';
const SECONDS = 20;

/** Each has connections of its own, as the API servers of a control plane do. */
export const API_SERVERS = 3;
export const REPLICAS = 2;

/** Pods a second, of all API servers together. See docs/guides/capacity.md. */
const PACES = [20, 100, 400, 1000] as const;

/** What the replicas did at one pace: the latencies are of the slowest API server, in milliseconds. */
interface Replay {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly connections: number;
  /** Of each replica: its share of the requests, the processor cores that it used, and its resident MB. */
  readonly replicas: readonly {
    readonly share: number;
    readonly cores: number;
    readonly residentMb: number;
  }[];
}

/** Replays a recorded review against the replicas behind the Service, at the paces of a large cluster. */
export async function replayAll(cluster: Cluster): Promise<string> {
  const { namespace } = JSON.parse(recordedReview(REVIEW)).request;
  await cluster.apply(`{apiVersion: v1, kind: Namespace, metadata: {name: ${namespace}}}`);
  const { spec } = await cluster.get('service', RELEASE, '--namespace', RELEASE);
  const host: string = spec.clusterIP;
  const replicas = new Replicas(cluster);
  await replicas.settled(REPLICAS);
  const local = cluster.local as LocalCluster;
  await replay(local, replicas, host, 200); // warms up
  const replays: Replay[] = [];
  for (const perSecond of PACES) replays.push(await replay(local, replicas, host, perSecond));
  return report(replays);
}

async function replay(
  local: LocalCluster,
  replicas: Replicas,
  host: string,
  perSecond: number,
): Promise<Replay> {
  const pace: Pace = {
    servers: Array.from({ length: API_SERVERS }, () => ({ host, port: 443 })),
    file: join(REVIEWS, `${REVIEW}.json`),
    connections: 0,
    rounds: 1,
    warmUpRounds: 0,
    requests: Math.round((perSecond * SECONDS) / API_SERVERS),
    perSecond: perSecond / API_SERVERS,
    isTogether: true,
  };
  const before = await replicas.metrics();
  const output = await local.sandbox.run(process.execPath, CLIENT, JSON.stringify(pace));
  const after = await replicas.metrics();
  const answers: readonly Answers[] = JSON.parse(output);
  const slowest = (pick: 'p50' | 'p99' | 'max') =>
    Math.max(...answers.map(({ rounds: [round] }) => round?.[pick] ?? 0));
  return {
    perSecond,
    p50: slowest('p50'),
    p99: slowest('p99'),
    max: slowest('max'),
    connections: answers.reduce((sum, { opened }) => sum + opened, 0),
    replicas: before.map((metrics, index) => usage(metrics, after[index] as Metrics, perSecond)),
  };
}

function usage(before: Metrics, after: Metrics, perSecond: number): Replay['replicas'][number] {
  const increase = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  return {
    share: increase('proxy_injector_admission_duration_seconds_count') / (perSecond * SECONDS),
    cores: increase('process_cpu_seconds_total') / SECONDS,
    residentMb: (after.get('process_resident_memory_bytes') ?? 0) / 1e6,
  };
}

function report(replays: readonly Replay[]): string {
  const headers = [
    'Pods a second',
    'median',
    '99th percentile',
    'slowest',
    'connections',
    'requests',
    'CPU',
    'memory',
  ];
  const each = ({ replicas }: Replay, format: (replica: Replay['replicas'][number]) => string) =>
    replicas.map(format).join(', ');
  return table(
    headers,
    replays.map((replay) => [
      String(replay.perSecond),
      `${replay.p50.toFixed(1)} ms`,
      `${replay.p99.toFixed(1)} ms`,
      `${replay.max.toFixed(0)} ms`,
      String(replay.connections),
      each(replay, ({ share }) => `${(share * 100).toFixed(0)} %`),
      each(replay, ({ cores }) => `${(cores * 1000).toFixed(0)}m`),
      each(replay, ({ residentMb }) => `${residentMb.toFixed(0)} MB`),
    ]),
  );
}
