import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/until.js';
import { ApiServer } from '../local-cluster/api-server.js';
import { outcomeOf } from './outcome.js';
import { OutcomeCounts } from './outcome-counts.js';

const CLIENTS = 8;
/**
 * The maximum of the random pause of a client. With pauses, the API server's connections to the injector alternate
 * between busy and idle.
 */
const PAUSE_MS = 100;
/** One of this many creations is not a dry run. */
const REAL_SHARE = 20;

/** The least creations of a stream: among fewer, none may have met the disruption. */
export const LEAST_CREATIONS = 200;

/**
 * The most creations that one disruption without warning may lose: what eight clients, which pause for 50 ms on
 * average, send to one replica of two in well over half a second.
 */
export const MOST_LOST = 50;

/** A Pod of the stream. No node matches it, so no kubelet runs it. */
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

/** Creates Pods with several clients, each with its own connection, without retries. */
export class CreationStream {
  readonly #clients: readonly ApiServer[];
  #created = 0;

  constructor(
    kubeconfig: string,
    /** A namespace that opted in. */
    readonly namespace: string,
  ) {
    this.#clients = Array.from({ length: CLIENTS }, () => ApiServer.of(kubeconfig, 1));
  }

  /**
   * Creates Pods during a disruption, and after it until there are {@link LEAST_CREATIONS}; prints and returns the
   * counts of their outcomes. Prints them even if the disruption fails.
   */
  async during(disruption: () => Promise<void>, print: (line: string) => void): Promise<OutcomeCounts> {
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
      await until(() => counts.total >= LEAST_CREATIONS);
    } finally {
      ended.abort();
      await Promise.all(clients);
      for (const line of counts.lines) print(line);
    }
    return counts;
  }

  /** Waits during a disruption until the clients have created some more Pods. */
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
