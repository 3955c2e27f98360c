import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/until.js';
import { ApiServer } from '../local-cluster/api-server.js';
import { outcomeOf } from './outcome.js';
import { OutcomeCounts } from './outcome-counts.js';

const CLIENTS = 8;
/**
 * Clients pause for up to this time, by chance: the API server's connections to the injector are then used one moment
 * and idle the next.
 */
const PAUSE_MS = 100;
/** One creation of so many is no dry run. */
const REAL_SHARE = 20;

/** What a Pod of the stream is like; no node takes it, so that nothing else has to do with it. */
export function pod(name: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      nodeSelector: { 'stream.example/node': 'none' },
      containers: [{ name: 'app', image: 'app.example/app:1' }],
    },
  };
}

/** Creations of Pods by several clients, each with its own connection; none of them tries anything twice. */
export class CreationStream {
  readonly #clients: readonly ApiServer[];
  #created = 0;

  constructor(
    kubeconfig: string,
    /** A namespace that is opted in. */
    readonly namespace: string,
  ) {
    this.#clients = Array.from({ length: CLIENTS }, () => ApiServer.of(kubeconfig, 1));
  }

  /** Creates Pods as long as something goes on, tells what came of them even if that fails, and returns it. */
  async during(disruption: () => Promise<void>, tell: (line: string) => void): Promise<OutcomeCounts> {
    const counts = new OutcomeCounts();
    const ended = new AbortController();
    const clients = this.#clients.map(async (client) => {
      while (!ended.signal.aborted) {
        await this.#create(client, counts);
        await sleep(Math.random() * PAUSE_MS);
      }
    });
    try {
      await disruption();
    } finally {
      ended.abort();
      await Promise.all(clients);
      for (const line of counts.lines) tell(line);
    }
    return counts;
  }

  /** Waits, while something happens, until each client has created some more. */
  async createMore(): Promise<void> {
    const enough = this.#created + 10 * CLIENTS;
    await until(() => this.#created > enough);
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  async #create(client: ApiServer, counts: OutcomeCounts): Promise<void> {
    this.#created += 1;
    const name = `pod-${process.pid}-${this.#created}`;
    const isReal = this.#created % REAL_SHARE === 0;
    const path = `/api/v1/namespaces/${this.namespace}/pods`;
    try {
      counts.add(outcomeOf(await client.post(isReal ? path : `${path}?dryRun=All`, pod(name))), isReal);
      if (isReal) await client.delete(`${path}/${name}`);
    } catch (error) {
      counts.add({ kind: 'unavailable', reason: String(error) }, isReal);
    }
  }
}
