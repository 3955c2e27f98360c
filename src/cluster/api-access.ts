import { readFileSync } from 'node:fs';
import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';

/**
 * Where a Pod finds `token`, `ca.crt`, and `namespace`: kubernetes.io/docs/tasks/run-application/access-api-from-pod.
 */
export const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

/** How to reach the Kubernetes API. */
export interface ApiAccess {
  /** Scheme, host, and port, such as `https://10.96.0.1:443`; also the path of a proxy in front of it. */
  readonly url: string;
  /**
   * Called for each request. If undefined, no credentials are sent and Node's own CAs apply, as needed for
   * `kubectl proxy`.
   */
  readonly credentials?: (() => Credentials | Promise<Credentials>) | undefined;
}

/** What identifies a client to the server, and the server to the client. */
export interface Credentials {
  readonly headers: { readonly [name: string]: string | readonly string[] };
  readonly tls: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;
  /** Connects through a proxy. */
  readonly agent?: Agent | undefined;
}

/**
 * The access the kubelet gives to a Pod. Undefined outside a cluster, where the two environment variables are missing.
 * The files in `directory` are not read here, but with every request.
 */
export function inCluster(
  env: NodeJS.ProcessEnv,
  directory = SERVICE_ACCOUNT_DIRECTORY,
): ApiAccess | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port) return undefined;
  const url = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return { url, credentials: () => mountedCredentials(directory) };
}

/**
 * The `token` and the `ca.crt` in a directory. Reads them again for each request: the kubelet replaces the token long
 * before it expires (kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken). Synchronous: the
 * files are in memory (tmpfs), and under load, asynchronous reads take turns of the event loop.
 */
export function mountedCredentials(directory: string): Credentials {
  const read = (file: string) => readFileSync(join(directory, file), 'utf8').trim();
  return { headers: { authorization: `Bearer ${read('token')}` }, tls: { ca: read('ca.crt') } };
}

/** The injector's own namespace: `POD_NAMESPACE`, or the file next to the token. Undefined if neither exists. */
export function ownNamespace(
  env: NodeJS.ProcessEnv,
  directory = SERVICE_ACCOUNT_DIRECTORY,
): string | undefined {
  if (env.POD_NAMESPACE) return env.POD_NAMESPACE;
  try {
    return readFileSync(join(directory, 'namespace'), 'utf8').trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
