import { execFileSync } from 'node:child_process';
import { Agent, type RequestOptions, request } from 'node:https';
import type { KubernetesObject } from '../../chart/chart.js';
import { tool } from './tools.js';

/** A response of the API server. `object` is of the requested kind, or a Status; a text if the response is not JSON. */
export interface Answer {
  readonly status: number;
  readonly object: KubernetesObject;
  /** The texts of its `Warning` headers. */
  readonly warnings: readonly string[];
  /** The ID of the request in the audit log. */
  readonly auditId: string;
}

/** A plain HTTP client of an API server: keep-alive connections, no retries, no watches. */
export class ApiServer {
  readonly #options: RequestOptions;

  private constructor(
    readonly url: string,
    credentials: object,
    token: string | undefined,
    connections: number,
  ) {
    const agent = new Agent({ keepAlive: true, maxSockets: connections, ...credentials });
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    this.#options = { agent, headers: authorization };
  }

  /** A client for the current context of a kubeconfig. The user must have a client certificate or a token. */
  static of(kubeconfig: string, connections = 16): ApiServer {
    const args = [
      'config',
      'view',
      '--raw',
      '--minify',
      '--flatten',
      '--output',
      'json',
      '--kubeconfig',
      kubeconfig,
    ];
    const config = JSON.parse(execFileSync(tool('kubectl'), args, { encoding: 'utf8' }));
    const [{ cluster }, { user }] = [config.clusters[0], config.users[0]];
    if (user['client-certificate-data'] === undefined && user.token === undefined) {
      throw new Error(
        `${kubeconfig}: expected a user with a client certificate or a token, got ${Object.keys(user)}`,
      );
    }
    const credentials = {
      ca: decoded(cluster['certificate-authority-data']),
      cert: decoded(user['client-certificate-data']),
      key: decoded(user['client-key-data']),
    };
    return new ApiServer(cluster.server, credentials, user.token, connections);
  }

  get(path: string): Promise<Answer> {
    return this.#send('GET', path);
  }

  post(path: string, object: object): Promise<Answer> {
    return this.#send('POST', path, object);
  }

  /** Sends a strategic merge patch. */
  patch(path: string, patch: object): Promise<Answer> {
    return this.#send('PATCH', path, patch, 'application/strategic-merge-patch+json');
  }

  delete(path: string): Promise<Answer> {
    return this.#send('DELETE', path);
  }

  close(): void {
    (this.#options.agent as Agent).destroy();
  }

  /** Rejects if the connection fails. */
  #send(method: string, path: string, body?: object, type = 'application/json'): Promise<Answer> {
    const headers = { ...this.#options.headers, 'content-type': type };
    return new Promise((resolve, reject) => {
      const sent = request(`${this.url}${path}`, { ...this.#options, method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            object: response.headers['content-type'] === 'application/json' ? JSON.parse(text) : text,
            warnings: warningsOf(response.headers.warning ?? ''),
            auditId: String(response.headers['audit-id']),
          });
        });
      });
      sent.on('error', reject);
      sent.end(body && JSON.stringify(body));
    });
  }
}

function decoded(base64: string | undefined): string | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString();
}

/** The texts of a `Warning` header (RFC 7234, section 5.5), or of several that Node joined. */
function warningsOf(header: string): string[] {
  const texts = header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g);
  return [...texts].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'));
}
