import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { PRODUCT_VERSION } from '../core/version.js';
import type { ApiAccess, Credentials } from './api-access.js';
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

/** One request that changes something, or that asks a question in its body. */
export interface Write extends Get {
  readonly method: 'POST' | 'PATCH';
  /** Such as `application/json`, or the kind of patch. */
  readonly contentType: string;
  /** Sent as JSON. */
  readonly body: unknown;
}

/** A request of the {@link ApiClient}. */
export type ApiRequest = Get | Write;

/**
 * Sends requests to the Kubernetes API, and keeps the connections of GET requests for the next ones. Asks for the
 * credentials with each request. Node's agent uses a connection again only for requests with the same CA and client
 * certificate.
 */
export class ApiClient {
  readonly #access: ApiAccess;
  readonly #secure: boolean;
  readonly #keptConnections: HttpAgent;
  /**
   * Opens a connection for each write. On a kept connection that the server closes, it is unknown whether it has
   * processed the request, so it could be neither repeated nor reported as failed. TLS sessions are resumed.
   */
  readonly #newConnections: HttpAgent;
  #proxied: HttpAgent | undefined;

  constructor(access: ApiAccess) {
    this.#access = access;
    this.#secure = access.url.startsWith('https:');
    const Agent = this.#secure ? HttpsAgent : HttpAgent;
    this.#keptConnections = new Agent({ keepAlive: true });
    this.#newConnections = new Agent({ keepAlive: false });
  }

  /** Closes all connections, also those of requests in flight. */
  close(): void {
    this.#keptConnections.destroy();
    this.#newConnections.destroy();
    this.#proxied?.destroy();
  }

  /** Returns the parsed body of a successful response. Throws an {@link ApiError} that names the URL otherwise. */
  async json(request: ApiRequest): Promise<unknown> {
    const text = await this.text(request);
    try {
      return JSON.parse(text);
    } catch (error) {
      throw this.#error(request, error);
    }
  }

  /** Returns the body of a successful response as text. Throws like {@link json}. */
  async text(request: ApiRequest): Promise<string> {
    const response = await this.stream(request);
    try {
      return await bodyText(response);
    } catch (error) {
      throw this.#error(request, error);
    }
  }

  /** Returns a successful response. The caller reads the body and destroys it. Throws like {@link json}. */
  async stream(request: ApiRequest): Promise<IncomingMessage> {
    try {
      const response = await this.#authorized(request);
      if (!isSuccess(response, request)) throw statusError(response.statusCode, await bodyText(response));
      return response;
    } catch (error) {
      throw this.#error(request, error);
    }
  }

  /** Retries after a 401 if the credentials have been replaced since. */
  async #authorized(request: ApiRequest): Promise<IncomingMessage> {
    const credentials = await this.#credentials();
    const response = await this.#send(request, credentials);
    if (response.statusCode !== 401) return response;
    const newCredentials = await this.#credentials();
    if (newCredentials.headers.authorization === credentials.headers.authorization) return response;
    response.destroy();
    return this.#send(request, newCredentials);
  }

  async #credentials(): Promise<Credentials> {
    return (await this.#access.credentials?.()) ?? { headers: {}, tls: {} };
  }

  /**
   * Sends the request again if it was sent on a kept connection that the server was about to close:
   * nodejs.org/api/http.html#requestreusedsocket. Only GET requests are.
   */
  async #send(request: ApiRequest, credentials: Credentials): Promise<IncomingMessage> {
    for (;;) {
      const sent = this.#request(request, credentials);
      try {
        return await responseOf(sent, request);
      } catch (error) {
        if (!sent.reusedSocket || !isClosed(error) || request.signal.aborted) throw error;
      }
    }
  }

  #request(request: ApiRequest, { headers, tls, agent }: Credentials): ClientRequest {
    const { path, accept, signal, silence } = request;
    const write = isWrite(request) ? request : undefined;
    this.#proxied = agent;
    const options: RequestOptions = {
      ...tls,
      agent: agent ?? (write ? this.#newConnections : this.#keptConnections),
      method: methodOf(request),
      headers: {
        accept,
        'user-agent': `proxy-injector/${PRODUCT_VERSION}`,
        ...headers,
        ...(write && { 'content-type': write.contentType }),
      },
      signal,
      ...(silence && { timeout: silence.answerMs }),
    };
    const url = new URL(this.#access.url + path);
    return this.#secure ? httpsRequest(url, options) : httpRequest(url, options);
  }

  #error(request: ApiRequest, error: unknown): ApiError {
    const { path, signal } = request;
    const reason = errorText(signal.aborted ? signal.reason : error);
    const message = `${methodOf(request)} ${this.#access.url}${path.replace(/\?.*/, '')}: ${reason}`;
    return error instanceof ApiError
      ? new ApiError(message, error.status, error.reason, { cause: error })
      : new ApiError(message, undefined, undefined, { cause: error });
  }
}

function isWrite(request: ApiRequest): request is Write {
  return 'method' in request;
}

function methodOf(request: ApiRequest): string {
  return isWrite(request) ? request.method : 'GET';
}

/** A POST that creates an object is a 201. */
function isSuccess({ statusCode }: IncomingMessage, request: ApiRequest): boolean {
  return statusCode === 200 || (statusCode === 201 && isWrite(request));
}

function isClosed(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function responseOf(sent: ClientRequest, request: ApiRequest): Promise<IncomingMessage> {
  const { silence } = request;
  return new Promise((resolve, reject) => {
    sent.setSocketKeepAlive(true, KEEP_ALIVE_MS);
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error(`no response within ${silence?.answerMs} ms`)));
    sent.on('response', (response) => {
      // Replaces the timeout of the socket by that of the body.
      sent.removeAllListeners('timeout');
      if (silence) {
        const { bodyMs } = silence;
        response.setTimeout(bodyMs, () => response.destroy(new Error(`no data for ${bodyMs} ms`)));
      }
      resolve(response);
    });
    sent.end(isWrite(request) ? JSON.stringify(request.body) : undefined);
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
