import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { ConnectionLimit, MAX_MANAGEMENT_CONNECTIONS } from '../connections/connection-limit.js';

/** How long a client may take to send a request. */
const REQUEST_TIMEOUT_MS = 5000;

/** What to serve besides /livez. */
export interface Managed {
  readonly registry: Registry;
  /** Why the agent is not ready; undefined if it is. */
  notReady(): string | undefined;
}

/**
 * Serves /livez, /readyz, and /metrics on a port; resolves once it listens. Rejects if the port is taken. Any Pod can
 * reach the port, and the runtime does not wait for an agent that is busy, so connections are limited, and those who
 * ask for the metrics at the same time get the same answer.
 */
export async function startManagementServer(port: number, managed: Managed): Promise<Server> {
  const connections = new ConnectionLimit(MAX_MANAGEMENT_CONNECTIONS);
  let metrics: Promise<string> | undefined;
  const currentMetrics = () => {
    metrics ??= managed.registry.metrics().finally(() => {
      metrics = undefined;
    });
    return metrics;
  };
  const timeouts = { headersTimeout: REQUEST_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS };
  const server = createServer({ ...timeouts, connectionsCheckingInterval: 1000 }, (request, response) => {
    const answer = (status: number, text: string) => response.writeHead(status).end(`${text}\n`);
    const path = request.url?.split('?')[0];
    if (path === '/livez') answer(200, 'ok');
    else if (path === '/readyz') {
      const reason = managed.notReady();
      answer(reason === undefined ? 200 : 503, reason ?? 'ok');
    } else if (path === '/metrics') {
      currentMetrics().then(
        (text) => response.writeHead(200, { 'content-type': managed.registry.contentType }).end(text),
        (error: Error) => answer(500, error.message),
      );
    } else answer(404, 'not found');
  });
  server.on('connection', (socket) => connections.add(socket));
  server.listen(port);
  await once(server, 'listening');
  return server;
}

/** The port that a server listens on. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
