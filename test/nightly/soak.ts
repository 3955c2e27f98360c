import { outcomeOf } from '../cluster/availability/outcome.js';
import { OutcomeCounts } from '../cluster/availability/outcome-counts.js';
import { pod } from '../cluster/availability/stream.js';
import type { ApiServer } from '../cluster/local-cluster/api-server.js';

const SAMPLES = 50;

export interface Soak {
  readonly api: ApiServer;
  /** The number of concurrent creations. */
  readonly connections: number;
  /** A namespace that opted in. */
  readonly namespace: string;
  readonly creations: number;
}

/** Creates many Pods by server-side dry runs and counts their outcomes. Takes samples before, during, and after. */
export async function soak(
  { api, connections, namespace, creations }: Soak,
  sample: () => Promise<void>,
): Promise<OutcomeCounts> {
  const counts = new OutcomeCounts();
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
  let created = 0;
  const createUpTo = async (end: number) => {
    while (created < end) {
      created += 1;
      counts.add(outcomeOf(await api.post(path, pod(`pod-${created}`))), false);
    }
  };
  await sample();
  for (let taken = 1; taken <= SAMPLES; taken += 1) {
    const end = Math.round((creations * taken) / SAMPLES);
    await Promise.all(Array.from({ length: connections }, () => createUpTo(end)));
    await sample();
  }
  return counts;
}

/**
 * The minimum of a quantity in the second and in the last fifth of its samples. Growth raises the minimum; a
 * temporarily busy machine does not. The first fifth is warm-up.
 */
export function secondAndLast(samples: readonly number[]): readonly [second: number, last: number] {
  const fifth = samples.length / 5;
  return [Math.min(...samples.slice(fifth, 2 * fifth)), Math.min(...samples.slice(-fifth))];
}
