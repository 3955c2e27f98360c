import { availableParallelism } from 'node:os';
import { Cluster } from '../../../test/cluster/cluster.js';
import { ApiServer } from '../../../test/cluster/local-cluster/api-server.js';
import { missingForCluster } from '../../../test/cluster/requirements.js';
import { VALUES } from '../../../test/cluster/values.js';
import { table } from '../format.js';
import { median } from '../statistics.js';
import { type Creations, oneAtATime, together } from './creations.js';
import { REPLICAS, replayAll } from './scale.js';
import { prepareWays, type Way } from './ways.js';

const ROUNDS = 5;
/** Of each round and way. */
const CREATIONS = 100;
const SECONDS = 3;
export const CLIENTS = 32;

/** One way to inject: the median time of a creation, in milliseconds, and the creations a second of all clients. */
interface Cost {
  readonly ms: number;
  readonly perSecond: number;
}

/**
 * `npm run bench:cluster` compares what a creation of a Pod costs without admission, with the injector, with a bare
 * server that answers the same patch, and with an admission policy, through the API server of a local cluster. The ways
 * alternate, so that other work on the machine affects all of them. Nothing is stored: the creations are dry runs. With
 * `--scale`, it replays a review against two replicas instead: see `scale.ts`.
 */
async function main(): Promise<void> {
  const missing = missingForCluster();
  if (missing !== undefined) throw new Error(`The bench cannot run: ${missing}`);
  const cluster = await Cluster.start();
  try {
    const result = process.argv.includes('--scale') ? await replayed(cluster) : await compared(cluster);
    console.log(`node ${process.version}, ${availableParallelism()} cores\n\n${result}`);
  } finally {
    await cluster.stop();
  }
}

async function compared(cluster: Cluster): Promise<string> {
  const config = { ...VALUES.config, events: 'disabled' }; // policies write none
  await cluster.install({ config, replicas: 1 });
  const ways = await prepareWays(cluster);
  return report(ways, await measure(ApiServer.of(cluster.kubeconfig, CLIENTS), ways));
}

async function replayed(cluster: Cluster): Promise<string> {
  await cluster.install({ ...VALUES, replicas: REPLICAS });
  return replayAll(cluster);
}

async function measure(api: ApiServer, ways: readonly Way[]): Promise<readonly Cost[]> {
  const rounds = ways.map(() => [] as Cost[]);
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [index, { namespace, isInjecting }] of ways.entries()) {
      const creations: Creations = { api, namespace, isInjecting };
      const ms = await oneAtATime(creations, CREATIONS);
      const perSecond = await together(creations, CLIENTS, SECONDS);
      if (round >= 0) rounds[index]?.push({ ms, perSecond }); // the first round warms up
    }
  }
  api.close();
  return rounds.map((costs) => ({
    ms: median(costs.map(({ ms }) => ms)),
    perSecond: median(costs.map(({ perSecond }) => perSecond)),
  }));
}

function report(ways: readonly Way[], costs: readonly Cost[]): string {
  const [none] = costs as [Cost];
  const rows = ways.map(({ name }, index) => {
    const { ms, perSecond } = costs[index] as Cost;
    return [
      name,
      `${ms.toFixed(1)} ms`,
      (ms / none.ms).toFixed(2),
      `${perSecond.toFixed(0)}/s`,
      (perSecond / none.perSecond).toFixed(2),
    ];
  });
  return table(['', 'one at a time', 'ratio', `${CLIENTS} clients`, 'ratio'], rows);
}

await main();
