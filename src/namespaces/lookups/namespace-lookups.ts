import type { ApiClient } from '../../cluster/api-client.js';
import { errorText, isNotFound } from '../../cluster/api-error.js';
import { DNS_LABEL } from '../../core/values/dns-label.js';
import type { InformerTiming } from '../informer-timing.js';
import type { NamespaceMetadata } from '../namespace-metadata.js';
import { getNamespace } from '../namespace-requests.js';
import { ConcurrencyLimit, NoTurnError } from './concurrency-limit.js';
import { RecentNames } from './recent-names.js';

/** Requests to the API server at a time. Each takes milliseconds. */
const MAX_RUNNING = 8;

/** Lookups of further namespaces that wait. Bursts come from whoever asks about namespaces that do not exist. */
const MAX_WAITING = 100;

/** How many namespaces that do not exist are remembered. */
const MAX_MISSING = 1_000;

/** A namespace could not be looked up. The message names the namespace, the request, and what failed. */
export class NamespaceLookupError extends Error {
  override readonly name: string = 'NamespaceLookupError';

  constructor(
    readonly namespace: string,
    cause: unknown,
  ) {
    super(`cannot look up namespace ${JSON.stringify(namespace)}: ${errorText(cause)}`, { cause });
  }
}

/** The API server answered that the namespace does not exist. */
export class UnknownNamespaceError extends NamespaceLookupError {
  override readonly name = 'UnknownNamespaceError';
}

/** The lookup was not even tried, because of too many others. */
export class TooManyLookupsError extends NamespaceLookupError {
  override readonly name = 'TooManyLookupsError';
}

interface Lookup {
  readonly result: Promise<NamespaceMetadata>;
  readonly abort: AbortController;
}

/**
 * Reads single namespaces from the API server. Whoever can reach the webhook can cause lookups, so they are limited:
 * concurrent lookups of the same namespace share one request, a namespace that does not exist is not looked up again at
 * once, and there are only so many requests at a time, and so many lookups that wait.
 */
export class NamespaceLookups {
  readonly #client: ApiClient;
  readonly #timing: InformerTiming;
  readonly #running = new Map<string, Lookup>();
  readonly #limit = new ConcurrencyLimit(MAX_RUNNING, MAX_WAITING);
  readonly #missing: RecentNames;
  #stopped = false;

  constructor(client: ApiClient, timing: InformerTiming) {
    this.#client = client;
    this.#timing = timing;
    this.#missing = new RecentNames(timing.missingMs, MAX_MISSING);
  }

  /** Rejects with a {@link NamespaceLookupError} if the response is not a 200 or takes longer than the timeout. */
  async get(name: string): Promise<NamespaceMetadata> {
    if (this.#missing.has(name)) throw new UnknownNamespaceError(name, 'it did not exist a moment ago');
    try {
      if (this.#stopped) throw new Error('the namespace informer is stopped');
      // No other name can exist, and some are other paths: `..`, or the empty name, which is the list.
      if (!DNS_LABEL.test(name)) throw new Error('not a valid namespace name');
      return await (this.#running.get(name) ?? this.#start(name)).result;
    } catch (error) {
      if (error instanceof NoTurnError)
        throw new TooManyLookupsError(name, `too many lookups: ${error.message}`);
      throw isNotFound(error)
        ? new UnknownNamespaceError(name, error)
        : new NamespaceLookupError(name, error);
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
    const { lookupWaitMs, lookupTimeoutMs } = this.#timing;
    const abortAfter = (ms: number, reason: Error) => setTimeout(() => abort.abort(reason), ms);
    let timer = abortAfter(lookupWaitMs, new NoTurnError(`no turn within ${lookupWaitMs} ms`));
    try {
      return await this.#limit.run(() => {
        clearTimeout(timer);
        timer = abortAfter(lookupTimeoutMs, new Error(`no response within ${lookupTimeoutMs} ms`));
        return getNamespace(this.#client, name, abort.signal);
      }, abort.signal);
    } catch (error) {
      if (isNotFound(error)) this.#missing.add(name);
      throw error;
    } finally {
      clearTimeout(timer);
      this.#running.delete(name);
    }
  }
}
