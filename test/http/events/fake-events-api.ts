import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A request to write an Event. */
export interface EventWrite {
  readonly method: string;
  readonly path: string;
  readonly type: string | undefined;
  readonly body: { readonly [field: string]: unknown };
}

/** Creates and patches Events as the Kubernetes API does, on a real socket. */
export class FakeEventsApi {
  readonly writes: EventWrite[] = [];
  /** The paths of the Events that exist. */
  readonly stored = new Set<string>();
  /** If set, answers every request with a metav1.Status. */
  failure: { readonly code: number; readonly reason: string } | undefined;
  /** If true, answers no request. */
  isSilent = false;

  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#receive(request, response));
  }

  static async start(): Promise<FakeEventsApi> {
    const api = new FakeEventsApi();
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const body = (await json(request)) as EventWrite['body'];
    this.writes.push({ method, path, type: headers['content-type'], body });
    if (this.isSilent) return;
    const { code, reason } = this.failure ?? this.#store(method, path, body);
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ kind: 'Status', code, reason, message: `${reason} of the test` }));
  }

  #store(method: string, path: string, { metadata }: EventWrite['body']): { code: number; reason: string } {
    const created = `${path}/${(metadata as { name?: string } | undefined)?.name}`;
    if (method === 'PATCH') {
      return this.stored.has(path) ? { code: 200, reason: '' } : { code: 404, reason: 'NotFound' };
    }
    if (this.stored.has(created)) return { code: 409, reason: 'AlreadyExists' };
    this.stored.add(created);
    return { code: 201, reason: '' };
  }
}
