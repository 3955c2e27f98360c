import { type ApiAccess, inCluster, ownNamespace } from '../../../cluster/api-access.js';
import { ApiClient } from '../../../cluster/api-client.js';
import type { Io } from '../../io.js';
import { UserError } from '../../user-error.js';
import type { ConnectionOptions } from './connection-options.js';
import { readKubeconfig } from './kubeconfig.js';
import { selectContext } from './selected-context.js';

/** A connection to a cluster. */
export interface Connection {
  readonly client: ApiClient;
  /** The URL of the API server. */
  readonly server: string;
  /** The name of the context, for messages. */
  readonly context: string;
  /** The namespace for commands that name none. */
  readonly namespace: string;
}

/**
 * Connects as kubectl would: by the kubeconfig, or, in a Pod without one, with its ServiceAccount. Sends nothing yet.
 * Throws a `UserError`.
 */
export async function connect(
  { env }: Pick<Io, 'env'>,
  { kubeconfig, context: name, namespace }: ConnectionOptions & { readonly namespace?: string | undefined },
): Promise<Connection> {
  const config = readKubeconfig(env, kubeconfig);
  const isEmpty = config.contexts.size + config.clusters.size === 0;
  const access = isEmpty && kubeconfig === undefined ? inCluster(env) : undefined;
  if (access) return connection(access, 'in-cluster', namespace ?? ownNamespace(env));
  if (isEmpty) throw new UserError(`expected a context in ${sought(env, kubeconfig)}, found none`);
  const context = selectContext(config, name);
  const { kubeconfigCredentials } = await import('./kubeconfig-credentials.js');
  const credentials = await kubeconfigCredentials(context, env);
  return connection(
    { url: context.cluster.server, credentials },
    context.name,
    namespace ?? context.namespace,
  );
}

function connection(access: ApiAccess, context: string, namespace = 'default'): Connection {
  return { client: new ApiClient(access), server: access.url, context, namespace };
}

function sought({ KUBECONFIG }: NodeJS.ProcessEnv, option: string | undefined): string {
  if (option !== undefined) return option;
  return KUBECONFIG ? `KUBECONFIG (${KUBECONFIG})` : 'KUBECONFIG or ~/.kube/config';
}
