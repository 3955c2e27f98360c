import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type Answer, body, errorLine, type PlainAnswer, status } from './fake-answers.js';
import { type Annotations, eventLine, FakeNamespaces, type Snapshot } from './fake-namespaces.js';

type Kind = 'list' | 'watch' | 'get';

export interface FakeApiOptions {
  /** PEM. If set, the server speaks TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The only accepted bearer token; other requests get a 401. By default no token is checked. */
  readonly token?: string;
}

export interface RecordedRequest {
  readonly kind: Kind;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

interface Watch {
  readonly response: ServerResponse;
  readonly wantsBookmarks: boolean;
  /** The version of the last change sent to it. */
  version: number;
}

/**
 * The part of the Kubernetes API that a namespace informer uses, on a real socket: list (with pages), watch (with
 * bookmarks), and get of namespaces. It starts empty, and simulates the failures of real servers on request.
 */
export class FakeApiServer {
  /** All requests so far. */
  readonly requests: RecordedRequest[] = [];
  /** See {@link FakeApiOptions}. Change it to invalidate the tokens of clients. */
  token: string | undefined;
  /** How many connections have been opened so far. */
  opened = 0;
  /** How a watch learns that its resource version is too old. Real servers do both. */
  goneAs: 'event' | 'status' = 'event';
  /** The chunk size of the bytes that watches receive. */
  chunkBytes = Number.POSITIVE_INFINITY;

  readonly #server: Server;
  readonly #scheme: 'http' | 'https';
  readonly #sockets = new Set<Socket>();
  readonly #namespaces = new FakeNamespaces();
  readonly #watches = new Set<Watch>();
  readonly #pages = new Map<string, Snapshot>();
  readonly #next: Record<Kind, Answer[]> = { list: [], watch: [], get: [] };
  readonly #always: Partial<Record<Kind, Answer>> = {};
  #holding = false;

  private constructor({ tls, token }: FakeApiOptions) {
    this.token = token;
    this.#scheme = tls ? 'https' : 'http';
    this.#server = tls ? createHttpsServer(tls) : createHttpServer();
    this.#server.on('request', (request, response) => this.#receive(request, response));
    this.#server.on('connection', (socket) => {
      this.opened++;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(options: FakeApiOptions = {}): Promise<FakeApiServer> {
    const api = new FakeApiServer(options);
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.dropConnections();
    await closed;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.#port}`;
  }

  /** The variables the kubelet sets in a Pod. They make clients speak TLS, so the server must too. */
  get environment(): { KUBERNETES_SERVICE_HOST: string; KUBERNETES_SERVICE_PORT: string } {
    return { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(this.#port) };
  }

  /** The resource version of the last change. */
  get version(): string {
    return String(this.#namespaces.version);
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** How many watches are open. */
  get watches(): number {
    return this.#watches.size;
  }

  /** The requests of one kind so far. */
  of(kind: Kind): RecordedRequest[] {
    return this.requests.filter((request) => request.kind === kind);
  }

  /** Creates a namespace or replaces its annotations. */
  set(name: string, annotations: Annotations = {}): void {
    this.#namespaces.set(name, annotations);
    this.#deliver();
  }

  delete(name: string): void {
    this.#namespaces.delete(name);
    this.#deliver();
  }

  /** Simulates a change elsewhere in the cluster: increments the resource version and sends a bookmark to watches. */
  bookmark(): void {
    const resourceVersion = String(++this.#namespaces.version);
    const line = eventLine('BOOKMARK', { kind: 'PartialObjectMetadata', metadata: { resourceVersion } });
    for (const watch of this.#watches) if (watch.wantsBookmarks) this.#write(watch, line);
  }

  /** Forgets all changes so far: older watches and `continue` tokens get a 410. */
  forget(): void {
    this.#namespaces.forget();
    this.#pages.clear();
  }

  /** Makes the watches fall behind. {@link release} sends what they missed. */
  hold(): void {
    this.#holding = true;
  }

  release(): void {
    this.#holding = false;
    this.#deliver();
  }

  /** Writes arbitrary bytes to every open watch. */
  send(bytes: string | Buffer): void {
    for (const watch of this.#watches) this.#write(watch, bytes);
  }

  /** Ends the watches as a server does after their timeout. */
  endWatches(): void {
    for (const watch of this.#watches) this.#end(watch);
  }

  /** Cuts every connection. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Sets the answer to the next request of a kind. Repeated calls set the answers to the following ones, in order. */
  next(kind: Kind, answer: Answer): void {
    this.#next[kind].push(answer);
  }

  /** Sets the answer to every request of a kind. Without an answer, resets it. */
  always(kind: Kind, answer?: Answer): void {
    if (answer) this.#always[kind] = answer;
    else delete this.#always[kind];
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #receive({ url = '/', headers }: IncomingMessage, response: ServerResponse): void {
    const { pathname: path, searchParams: query } = new URL(url, 'http://fake');
    const name = path.split('/')[4];
    const kind = name !== undefined ? 'get' : query.get('watch') === 'true' ? 'watch' : 'list';
    this.requests.push({ kind, path, query, headers });
    if (this.token !== undefined && headers.authorization !== `Bearer ${this.token}`) {
      status(401, 'Unauthorized')(response);
    } else {
      const usual = () => this.#usual(path, name, query)(response);
      const scripted = this.#next[kind].shift() ?? this.#always[kind] ?? usual;
      scripted(response, usual);
    }
  }

  #usual(path: string, name: string | undefined, query: URLSearchParams): PlainAnswer {
    if (!/^\/api\/v1\/namespaces(\/[^/]+)?$/.test(path)) return status(404, 'no such resource');
    if (name !== undefined) return this.#get(name);
    return query.get('watch') === 'true' ? this.#watch(query) : this.#list(query);
  }

  #get(name: string): PlainAnswer {
    const object = this.#namespaces.get(name);
    return object ? body(JSON.stringify(object)) : status(404, `namespaces "${name}" not found`);
  }

  #list(query: URLSearchParams): PlainAnswer {
    const token = query.get('continue');
    const rest = token === null ? this.#namespaces.snapshot() : this.#pages.get(token);
    if (!rest) return status(410, 'The provided continue parameter is too old');
    const { version, items } = rest;
    const limit = Number(query.get('limit') ?? items.length);
    const next = items.length > limit ? `token-${this.#pages.size + 1}` : '';
    if (next) this.#pages.set(next, { version, items: items.slice(limit) });
    const metadata = { resourceVersion: String(version), continue: next };
    return body(
      JSON.stringify({ kind: 'PartialObjectMetadataList', metadata, items: items.slice(0, limit) }),
    );
  }

  #watch(query: URLSearchParams): PlainAnswer {
    const version = Number(query.get('resourceVersion'));
    const gone = version < this.#namespaces.forgotten;
    const message = `too old resource version: ${version} (${this.#namespaces.forgotten})`;
    if (gone) return this.goneAs === 'status' ? status(410, message) : body(errorLine(410, message));
    return (response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      const wantsBookmarks = query.get('allowWatchBookmarks') === 'true';
      const watch = { response, wantsBookmarks, version };
      const timer = setTimeout(() => this.#end(watch), Number(query.get('timeoutSeconds')) * 1000);
      response.on('close', () => {
        clearTimeout(timer);
        this.#watches.delete(watch);
      });
      this.#watches.add(watch);
      this.#deliver();
    };
  }

  /** Sends each watch the events it has not seen, all at once. */
  #deliver(): void {
    if (this.#holding) return;
    for (const watch of this.#watches) {
      this.#write(watch, this.#namespaces.changesSince(watch.version));
      watch.version = this.#namespaces.version;
    }
  }

  #end(watch: Watch): void {
    this.#watches.delete(watch);
    watch.response.end();
  }

  #write({ response }: Watch, text: string | Buffer): void {
    const bytes = Buffer.from(text);
    for (let start = 0; start < bytes.length; start += this.chunkBytes) {
      response.write(bytes.subarray(start, start + this.chunkBytes));
    }
  }
}
