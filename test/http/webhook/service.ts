import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { pino } from 'pino';
import { WebhookServer } from '../../../src/admission/webhook.server.js';
import { startApplication } from '../../../src/application.js';
import { ConfigService } from '../../../src/config/config.service.js';
import { MetricsService } from '../../../src/observability/metrics/metrics.service.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Post {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Buffer;
  readonly agent?: Agent;
}

/** The whole application with real listeners on free ports; keeps its log lines. */
export class Service {
  readonly logs: { readonly [field: string]: unknown }[] = [];
  readonly agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  readonly #directory = mkdtempSync(join(tmpdir(), 'proxy-injector-'));
  #application!: NestExpressApplication;
  port!: number;
  managementUrl!: string;

  /** `config` is the text of the configuration file. */
  static async start(config = '{}', env: NodeJS.ProcessEnv = {}): Promise<Service> {
    const service = new Service();
    const file = join(service.#directory, 'config.yaml');
    writeFileSync(file, config);
    const base = {
      INJECTOR_CONFIG: file,
      INJECTOR_WEBHOOK_PORT: '0',
      INJECTOR_MANAGEMENT_PORT: '0',
      INJECTOR_MANAGEMENT_HOST: '127.0.0.1',
    };
    const logger = pino({ base: null }, { write: (line) => service.logs.push(JSON.parse(line)) });
    const loaded = new ConfigService({
      ...base,
      INJECTOR_TLS_CERT: '/none',
      INJECTOR_TLS_KEY: '/none',
      ...env,
    });
    const application = await startApplication(loaded, logger, new MetricsService());
    service.#application = application;
    service.port = application.get(WebhookServer).port as number;
    service.managementUrl = await application.getUrl();
    return service;
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    await this.#application.close();
    rmSync(this.#directory, { recursive: true });
  }

  /** `POST /mutate?timeout=5s`, as the API server sends it, unless overridden. */
  request({
    method = 'POST',
    path = '/mutate?timeout=5s',
    headers,
    body = '',
    agent = this.agent,
  }: Post): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = {
        agent,
        host: '127.0.0.1',
        port: this.port,
        method,
        path,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...headers,
        },
      };
      const request = httpsRequest(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  /** Posts an AdmissionReview and reads the AdmissionReview in the answer. */
  async review(review: unknown): Promise<ReviewResponse> {
    const { status, body } = await this.request({
      body: typeof review === 'string' ? review : JSON.stringify(review),
    });
    if (status !== 200) throw new Error(`expected 200, got ${status}: ${body}`);
    const { response } = JSON.parse(body);
    const { patch, ...rest } = response;
    return patch === undefined
      ? rest
      : { ...rest, patch: JSON.parse(Buffer.from(patch, 'base64').toString()) };
  }

  async management(path: string): Promise<{ status: number; body: string }> {
    const response = await fetch(`${this.managementUrl}${path}`);
    return { status: response.status, body: await response.text() };
  }

  /** The value of one sample of `/metrics`; 0 if there is none. */
  async metric(sample: string): Promise<number> {
    const { body } = await this.management('/metrics');
    const line = body.split('\n').find((each) => each.startsWith(`proxy_injector_${sample} `));
    return line === undefined ? 0 : Number(line.split(' ').at(-1));
  }
}

/** The `response` of an AdmissionReview, the patch decoded. */
export interface ReviewResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly patchType?: string;
  readonly patch?: object[];
  readonly status?: { readonly code: number; readonly message: string };
  readonly warnings?: string[];
  readonly auditAnnotations: { readonly outcome: string; readonly reason: string };
}
