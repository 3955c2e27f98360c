import { readFileSync } from 'node:fs';
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { PRODUCT_VERSION } from '../core/version.js';
import type { ApiAccess } from './api-access.js';
import { ApiError, errorText, statusError, TooLargeError } from './api-error.js';
import { MAX_RESPONSE_BYTES } from './limits.js';

/** When to start probing a silent connection. A peer that is gone is noticed within half a minute. */
const KEEP_ALIVE_MS = 15_000;

/** One GET request. `signal` aborts it at any time. */
export interface Get {
  /** Includes the query, such as `/api/v1/namespaces?limit=500`. */
  readonly path: string;
  readonly accept: string;
  readonly signal: AbortSignal;
  /** How long the connection may be silent before the response starts, and while it is read. Unlimited by default. */
  readonly silence?: { readonly answerMs: number; readonly bodyMs: number };
}

/**
 * Sends GET requests to the Kubernetes API, and keeps connections for the next ones. Each request reads the token and
 * the CA again: the kubelet replaces the token long before it expires
 * (kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken). Node's agent uses a connection again
 * only for requests with the same CA.
 */
export class ApiClient {
  readonly #access: ApiAccess;
  readonly #secure: boolean;
  readonly #agent: HttpAgent;

  constructor(access: ApiAccess) {
    this.#access = access;
    this.#secure = access.url.startsWith('https:');
    this.#agent = this.#secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  }

  /** Closes all connections, also those of requests in flight. */
  close(): void {
    this.#agent.destroy();
  }

  /** Returns the parsed body of a 200. Throws an {@link ApiError} that names the URL otherwise. */
  async json(get: Get): Promise<unknown> {
    const response = await this.stream(get);
    try {
      return JSON.parse(await bodyText(response));
    } catch (error) {
      throw this.#error(get, error);
    }
  }

  /** Returns a 200 response. The caller reads the body and destroys it. Throws like {@link json}. */
  async stream(get: Get): Promise<IncomingMessage> {
    try {
      const response = await this.#authorized(get);
      if (response.statusCode !== 200) throw statusError(response.statusCode, await bodyText(response));
      return response;
    } catch (error) {
      throw this.#error(get, error);
    }
  }

  /** Retries after a 401 if the token has been replaced since. */
  async #authorized(get: Get): Promise<IncomingMessage> {
    const token = this.#read('token');
    const response = await this.#send(get, token);
    if (response.statusCode !== 401) return response;
    const newToken = this.#read('token');
    if (newToken === token) return response;
    response.destroy();
    return this.#send(get, newToken);
  }

  /**
   * Sends the request again if it was sent on a kept connection that the server was about to close:
   * nodejs.org/api/http.html#requestreusedsocket.
   */
  async #send(get: Get, token: string | undefined): Promise<IncomingMessage> {
    for (;;) {
      const request = this.#request(get, token);
      try {
        return await responseOf(request, get.silence);
      } catch (error) {
        if (!request.reusedSocket || !isClosed(error) || get.signal.aborted) throw error;
      }
    }
  }

  #request({ path, accept, signal, silence }: Get, token: string | undefined): ClientRequest {
    const options: RequestOptions = {
      agent: this.#agent,
      headers: {
        accept,
        'user-agent': `proxy-injector/${PRODUCT_VERSION}`,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      signal,
      ...(silence && { timeout: silence.answerMs }),
      ...(this.#secure && { ca: this.#read('ca.crt') }),
    };
    const url = new URL(path, this.#access.url);
    return this.#secure ? httpsRequest(url, options) : httpRequest(url, options);
  }

  /** Synchronous: the files are in memory (tmpfs), and under load, asynchronous reads take turns of the event loop. */
  #read(file: 'token' | 'ca.crt'): string | undefined {
    const { directory } = this.#access;
    return directory === undefined ? undefined : readFileSync(join(directory, file), 'utf8').trim();
  }

  #error({ path, signal }: Get, error: unknown): ApiError {
    const reason = errorText(signal.aborted ? signal.reason : error);
    const message = `GET ${this.#access.url}${path.replace(/\?.*/, '')}: ${reason}`;
    return error instanceof ApiError
      ? new ApiError(message, error.status, error.reason, { cause: error })
      : new ApiError(message, undefined, undefined, { cause: error });
  }
}

function isClosed(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function responseOf(request: ClientRequest, silence: Get['silence']): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.setSocketKeepAlive(true, KEEP_ALIVE_MS);
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error(`no response within ${silence?.answerMs} ms`)));
    request.on('response', (response) => {
      // Replaces the timeout of the socket by that of the body.
      request.removeAllListeners('timeout');
      if (silence) {
        const { bodyMs } = silence;
        response.setTimeout(bodyMs, () => response.destroy(new Error(`no data for ${bodyMs} ms`)));
      }
      resolve(response);
    });
    request.end();
  });
}

async function bodyText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) throw new TooLargeError(MAX_RESPONSE_BYTES);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
