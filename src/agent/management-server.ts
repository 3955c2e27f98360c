import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** What to serve besides /livez. */
export interface Managed {
  readonly registry: Registry;
  /** Why the agent is not ready; undefined if it is. */
  notReady(): string | undefined;
}

/** Serves /livez, /readyz, and /metrics on a port; resolves once it listens. Rejects if the port is taken. */
export async function startManagementServer(port: number, managed: Managed): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, text: string) => response.writeHead(status).end(`${text}\n`);
    const path = request.url?.split('?')[0];
    if (path === '/livez') answer(200, 'ok');
    else if (path === '/readyz') {
      const reason = managed.notReady();
      answer(reason === undefined ? 200 : 503, reason ?? 'ok');
    } else if (path === '/metrics') {
      managed.registry.metrics().then(
        (text) => response.writeHead(200, { 'content-type': managed.registry.contentType }).end(text),
        (error: Error) => answer(500, error.message),
      );
    } else answer(404, 'not found');
  });
  server.listen(port);
  await once(server, 'listening');
  return server;
}

/** The port that a server listens on. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
