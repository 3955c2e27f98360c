import type { ApiClient } from '../cluster/api-client.js';
import { errorText } from '../cluster/api-error.js';
import { DNS_LABEL } from '../core/values/dns-label.js';
import type { NamespaceMetadata } from './namespace-metadata.js';
import { getNamespace } from './namespace-requests.js';

/** The facts about a namespace could not be had. Its message names the namespace, what was tried and what came back. */
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

/** Reads single namespaces from the API server; whoever asks for the same one at the same time shares the request. */
export class NamespaceLookups {
  readonly #client: ApiClient;
  readonly #timeoutMs: number;
  readonly #running = new Map<string, Lookup>();
  #stopped = false;

  constructor(client: ApiClient, timeoutMs: number) {
    this.#client = client;
    this.#timeoutMs = timeoutMs;
  }

  /** Rejects with a {@link NamespaceLookupError} if the answer is not a 200 or takes longer than the timeout. */
  async get(name: string): Promise<NamespaceMetadata> {
    try {
      if (this.#stopped) throw new Error('the namespace informer has been stopped');
      // Anything else cannot exist, and could be another path: `..`, or nothing, which is the list.
      if (!DNS_LABEL.test(name)) throw new Error('not the name of a namespace');
      return await (this.#running.get(name) ?? this.#start(name)).result;
    } catch (error) {
      throw new NamespaceLookupError(name, error);
    }
  }

  /** Aborts what is under way; resolves when it has ended. */
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
      () => abort.abort(new Error(`no answer within ${this.#timeoutMs} ms`)),
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
