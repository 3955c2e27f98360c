import { isInjected } from '../../../test/cluster/dry-run.js';
import type { ApiServer } from '../../../test/cluster/local-cluster/api-server.js';
import { median } from '../statistics.js';

/** Where Pods are created, and whether they get a proxy there. */
export interface Creations {
  readonly api: ApiServer;
  readonly namespace: string;
  readonly isInjecting: boolean;
}

/** The median time of a creation, in milliseconds. */
export async function oneAtATime(creations: Creations, count: number): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const started = performance.now();
    await create(creations, index);
    times.push(performance.now() - started);
  }
  return median(times);
}

/** The creations per second of several clients, each of which creates one Pod after the other. */
export async function together(creations: Creations, clients: number, seconds: number): Promise<number> {
  const started = performance.now();
  let created = 0;
  const client = async () => {
    while (performance.now() < started + seconds * 1000) {
      created += 1;
      await create(creations, created);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return created / ((performance.now() - started) / 1000);
}

/** Creates a Pod as a server-side dry run. Throws unless it has a proxy where it should, and nowhere else. */
async function create({ api, namespace, isInjecting }: Creations, index: number): Promise<void> {
  const { status, object } = await api.post(`/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod(index));
  if (status !== 201) throw new Error(object.message);
  if (isInjected(object) !== isInjecting) throw new Error(`${namespace}: ${JSON.stringify(object)}`);
}

export function pod(index: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `bench-${index}`, labels: { app: 'bench' } },
    spec: { containers: [{ name: 'app', image: 'app.example/app:1', ports: [{ containerPort: 8080 }] }] },
  };
}
