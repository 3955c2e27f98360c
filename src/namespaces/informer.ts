import type { ApiClient } from '../cluster/api-client.js';
import { errorText, isGone } from '../cluster/api-error.js';
import type { NamespaceFacts } from '../core/decision/subject.js';
import { type Log, Outage } from '../observability/log/outage.js';
import { Backoff } from './backoff.js';
import { DEFAULT_TIMING, type InformerTiming } from './informer-timing.js';
import { NamespaceLookups } from './lookups/namespace-lookups.js';
import { NamespaceCache } from './namespace-cache.js';
import { listNamespaces, watchNamespaces } from './namespace-requests.js';

/** Failures in a row before listing again: an event that cannot be read would return with each new watch. */
const FAILURES_UNTIL_LIST = 3;

const OUTAGE = { failed: 'Namespace informer failed; retrying', over: 'Namespace informer recovered' };

/**
 * Keeps the annotations of all namespaces in memory: lists once, then watches, as client-go's reflector does
 * (kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes). It can start and stop only
 * once.
 */
export class NamespaceInformer {
  /** Resolves when the first list is complete; never rejects. */
  readonly whenSynced: Promise<void>;

  readonly #client: ApiClient;
  readonly #log: Log;
  readonly #onCurrent: () => void;
  readonly #timing: InformerTiming;
  readonly #lookups: NamespaceLookups;
  readonly #backoff: Backoff;
  readonly #outage: Outage;
  readonly #cache = new NamespaceCache();
  readonly #stopping = new AbortController();

  #synced = false;
  #markSynced!: () => void;
  #running: Promise<void> | undefined;

  /**
   * `onCurrent` is called whenever the API server shows that the namespaces in memory are current: by a list, by an
   * event or a bookmark, and by a watch that lasts. A quiet API server may send no bookmark for a whole watch.
   */
  constructor(client: ApiClient, log: Log, timing: Partial<InformerTiming> = {}, onCurrent = () => {}) {
    this.#client = client;
    this.#log = log;
    this.#onCurrent = onCurrent;
    this.#timing = { ...DEFAULT_TIMING, ...timing };
    this.#lookups = new NamespaceLookups(client, this.#timing);
    this.#backoff = new Backoff(this.#timing.backoffMinMs, this.#timing.backoffMaxMs);
    this.#outage = new Outage(log, OUTAGE);
    this.whenSynced = new Promise((resolve) => {
      this.#markSynced = resolve;
    });
  }

  /** True from the first complete list on, also during an outage: stale namespaces are better than none. */
  get synced(): boolean {
    return this.#synced;
  }

  start(): void {
    this.#running ??= this.#run(this.#stopping.signal);
  }

  /** Aborts every request and timer, and resolves when they are gone. Rejects lookups in flight. Closes the client. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#running, this.#lookups.stop()]);
    this.#client.close();
  }

  /** The namespace from memory. Undefined if it is too new or does not exist. */
  peek(name: string): NamespaceFacts | undefined {
    return this.#cache.get(name);
  }

  /**
   * The namespace from memory, or else from the API server: a namespace and its first Pod are often created together,
   * and the watch may lag behind. Rejects with a `NamespaceLookupError`.
   */
  async get(name: string): Promise<NamespaceFacts> {
    const known = this.peek(name);
    if (known !== undefined) return known;
    try {
      const namespace = await this.#lookups.get(name);
      this.#cache.add(namespace);
      return this.peek(name) ?? namespace.facts;
    } catch (error) {
      const arrived = this.peek(name);
      if (arrived === undefined) throw error;
      return arrived;
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#watch(this.#cache.position ?? (await this.#list(signal)), signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#outage.failed(errorText(error));
        await this.#backoff.wait(signal);
        if (isGone(error) || this.#backoff.attempts >= FAILURES_UNTIL_LIST) this.#cache.expire();
      }
    }
  }

  /** Keeps the old cache in use until the list is complete. */
  async #list(signal: AbortSignal): Promise<string> {
    const started = performance.now();
    const list = await listNamespaces(this.#client, this.#timing, signal);
    this.#cache.replace(list);
    this.#onCurrent();
    if (!this.#synced) {
      const ms = Math.round(performance.now() - started);
      this.#log.info({ namespaces: list.namespaces.size, ms }, 'Namespaces synced');
      this.#synced = true;
      this.#markSynced();
    }
    return list.resourceVersion;
  }

  /**
   * Applies events until the server ends the watch. Throws if it ends too soon, so that the next watch waits for the
   * backoff.
   */
  async #watch(position: string, signal: AbortSignal): Promise<void> {
    const { backoffMinMs } = this.#timing;
    const events = await watchNamespaces(this.#client, this.#timing, position, signal);
    let healthy = false;
    const timer = setTimeout(() => {
      healthy = true;
      this.#backoff.reset();
      this.#outage.over();
      this.#onCurrent();
    }, backoffMinMs);
    try {
      for await (const event of events) {
        this.#cache.apply(event);
        this.#onCurrent();
      }
    } finally {
      clearTimeout(timer);
    }
    if (!healthy) throw new Error(`the watch ended after less than ${backoffMinMs} ms`);
  }
}
