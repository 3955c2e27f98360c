import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';

/**
 * Where a Pod finds `token`, `ca.crt`, and `namespace`: kubernetes.io/docs/tasks/run-application/access-api-from-pod.
 */
export const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

/** How to reach the Kubernetes API. */
export interface ApiAccess {
  /** Scheme, host, and port, such as `https://10.96.0.1:443`. */
  readonly url: string;
  /**
   * Holds `token` and, for https, `ca.crt`. If undefined, no token is sent and Node's own CAs apply, as needed for
   * `kubectl proxy`.
   */
  readonly directory?: string | undefined;
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
  return { url: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`, directory };
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
