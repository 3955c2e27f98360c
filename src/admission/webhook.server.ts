import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { ConfigService } from '../config/config.service.js';
import { ConnectionLimit } from '../connections/connection-limit.js';
import { ReadinessService } from '../observability/health/readiness.service.js';
import { LOGGER } from '../observability/log/logger.js';
import { MetricsService } from '../observability/metrics/metrics.service.js';
import { AdmissionError, type ErrorReason } from '../review/admission-error.js';
import { ShutdownService } from '../shutdown/shutdown.service.js';
import { CertificateService } from '../tls/certificate.service.js';
import { AdmissionController } from './admission.controller.js';
import { BodyReader, discardBody } from './body-reader.js';
import type { Answer } from './call.js';
import { PendingBytes, type Reservation } from './pending-bytes.js';

/**
 * The API server keeps idle connections for 90 s (Go's http.DefaultTransport) and does not retry a POST on a broken
 * one.
 */
const KEEP_ALIVE_MS = 120_000;
const TLS_HANDSHAKE_MS = 10_000;

/** How long shutdown waits for requests in flight. Node does not count unused connections as idle. */
const CLOSE_MS = 5_000;

const MEBIBYTE = 1024 * 1024;

/** How soon a client may try again after a 503. */
const RETRY_AFTER_SECONDS = '1';

/** Errors after which the rest of the body is not worth reading. */
const CLOSING: readonly (ErrorReason | undefined)[] = ['body-too-large', 'body-fragmented', 'overloaded'];

/** A request to answer. */
interface Exchange {
  readonly response: ServerResponse;
  /** Ends what `ConnectionLimit.busy` started. */
  readonly answered: () => void;
}

/**
 * The HTTPS listener for the API server: `POST /mutate` and nothing else. It is plain `node:https`, since every Pod
 * creation waits for it: docs/decisions/0003-dedicated-https-listener.md.
 */
@Injectable()
export class WebhookServer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #server: Server | undefined;
  #pending!: PendingBytes;
  #connections!: ConnectionLimit;

  constructor(
    private readonly controller: AdmissionController,
    private readonly certificates: CertificateService,
    private readonly config: ConfigService,
    private readonly metrics: MetricsService,
    private readonly shutdown: ShutdownService,
    private readonly readiness: ReadinessService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { host, port, requestTimeoutSeconds, maxPendingMebibytes, maxConnections } =
      this.config.current.configuration.webhook;
    this.#pending = new PendingBytes(maxPendingMebibytes * MEBIBYTE);
    this.#connections = new ConnectionLimit(maxConnections);
    const server = createServer(
      {
        ...this.certificates.secureContext,
        requestCert: this.certificates.requiresClientCertificate,
        rejectUnauthorized: this.certificates.requiresClientCertificate,
        handshakeTimeout: TLS_HANDSHAKE_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        headersTimeout: requestTimeoutSeconds * 1000,
        requestTimeout: requestTimeoutSeconds * 1000,
        connectionsCheckingInterval: 1000,
      },
      (request, response) => this.#handle(request, response),
    );
    server.on('connection', (socket) => this.#connections.add(socket as Socket));
    server.on('tlsClientError', (error, { authorizationError }) =>
      this.logger.debug({ error: authorizationError ?? error.message }, 'TLS handshake failed'),
    );
    this.certificates.onReload(() => server.setSecureContext(this.certificates.secureContext));
    this.readiness.add('webhook', () => (server.listening ? undefined : 'not listening'));
    server.listen(port, host);
    await once(server, 'listening');
    this.#server = server;
    this.logger.info({ host, port: this.port }, 'Webhook listening: POST /mutate (HTTPS)');
  }

  /** The actual port, also if the configuration says 0; undefined before the server listens. */
  get port(): number | undefined {
    return (this.#server?.address() as AddressInfo | undefined)?.port;
  }

  /** Accepts no more connections, closes idle ones, and waits a limited time for requests in flight. */
  async beforeApplicationShutdown(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    const deadline = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
    await closed;
    clearTimeout(deadline);
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    // Node joins the values of repeated headers of these names.
    const { traceparent, tracestate } = request.headers as { readonly [name: string]: string | undefined };
    const call = { startedAt: performance.now(), traceparent, tracestate };
    this.metrics.inFlight += 1;
    const exchange = { response, answered: this.#connections.busy(request.socket) };
    const error = this.#connections.isRefused(request.socket) ? tooManyConnections() : misdirected(request);
    if (error !== undefined) {
      discardBody(request);
      this.#send(exchange, this.controller.refuse(error, call));
      return;
    }
    const listener = {
      onBody: (body: Buffer, reservation: Reservation) => {
        const answer = this.controller.mutate(body, call);
        if (answer instanceof Promise) answer.then((settled) => this.#reply(exchange, reservation, settled));
        else this.#reply(exchange, reservation, answer);
      },
      onError: (error: AdmissionError) => this.#send(exchange, this.controller.refuse(error, call)),
    };
    new BodyReader(request, listener, this.#pending);
  }

  #reply(exchange: Exchange, reservation: Reservation, answer: Answer): void {
    reservation.release();
    this.#send(exchange, answer);
  }

  #send({ response, answered }: Exchange, { status, body, error }: Answer): void {
    this.metrics.inFlight -= 1;
    answered();
    if (response.destroyed) return;
    const length = String(Buffer.byteLength(body));
    const headers = ['Content-Type', 'application/json', 'Content-Length', length];
    if (status === 405) headers.push('Allow', 'POST');
    if (status === 503) headers.push('Retry-After', RETRY_AFTER_SECONDS);
    if (this.shutdown.draining || CLOSING.includes(error)) headers.push('Connection', 'close');
    response.writeHead(status, headers);
    response.end(body);
  }
}

function tooManyConnections(): AdmissionError {
  return new AdmissionError(503, 'overloaded', 'all connections are busy (webhook.maxConnections)');
}

/** The error in the request line or the encoding, if any; the API server appends `?timeout=...` to the path. */
function misdirected({ method, url = '', headers }: IncomingMessage): AdmissionError | undefined {
  const path = url.split('?', 1)[0];
  if (path !== '/mutate') return new AdmissionError(404, 'not-found', 'the path: expected /mutate');
  if (method !== 'POST') {
    return new AdmissionError(405, 'method-not-allowed', `the method: expected POST, got ${method}`);
  }
  const encoding = headers['content-encoding']?.toLowerCase();
  if (encoding !== undefined && encoding !== 'identity') {
    const message = `Content-Encoding: expected an uncompressed body, got ${encoding}`;
    return new AdmissionError(400, 'bad-request', message);
  }
  return undefined;
}
