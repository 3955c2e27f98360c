import type { ApiClient } from '../cluster/api-client.js';
import { errorText } from '../cluster/api-error.js';
import { DNS_LABEL } from '../core/values/dns-label.js';
import type { NamespaceMetadata } from './namespace-metadata.js';
import { getNamespace } from './namespace-requests.js';

/** A namespace could not be looked up. The message names the namespace, the request, and what failed. */
export class NamespaceLookupError extends Error {
  override readonly name = 'NamespaceLookupError';

  constructor(
    readonly namespace: string,
    cause: unknown,
  ) {
    super(`cannot look up namespace ${JSON.stringify(namespace)}: ${errorText(cause)}`, { cause });
  }
}

interface Lookup {
  readonly result: Promise<NamespaceMetadata>;
  readonly abort: AbortController;
}

/** Reads single namespaces from the API server. Concurrent lookups of the same namespace share one request. */
export class NamespaceLookups {
  readonly #client: ApiClient;
  readonly #timeoutMs: number;
  readonly #running = new Map<string, Lookup>();
  #stopped = false;

  constructor(client: ApiClient, timeoutMs: number) {
    this.#client = client;
    this.#timeoutMs = timeoutMs;
  }

  /** Rejects with a {@link NamespaceLookupError} if the response is not a 200 or takes longer than the timeout. */
  async get(name: string): Promise<NamespaceMetadata> {
    try {
      if (this.#stopped) throw new Error('the namespace informer is stopped');
      // No other name can exist, and some are other paths: `..`, or the empty name, which is the list.
      if (!DNS_LABEL.test(name)) throw new Error('not a valid namespace name');
      return await (this.#running.get(name) ?? this.#start(name)).result;
    } catch (error) {
      throw new NamespaceLookupError(name, error);
    }
  }

  /** Aborts the requests in flight, and resolves when they have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort(new Error('the namespace informer was stopped'));
    await Promise.allSettled(running.map(({ result }) => result));
  }

  #start(name: string): Lookup {
    const abort = new AbortController();
    const lookup = { abort, result: this.#request(name, abort) };
    this.#running.set(name, lookup);
    return lookup;
  }

  async #request(name: string, abort: AbortController): Promise<NamespaceMetadata> {
    const timer = setTimeout(
      () => abort.abort(new Error(`no response within ${this.#timeoutMs} ms`)),
      this.#timeoutMs,
    );
    try {
      return await getNamespace(this.#client, name, abort.signal);
    } finally {
      clearTimeout(timer);
      this.#running.delete(name);
    }
  }
}
