import type { JsonObject } from '../../../core/values/json.js';
import { UserError } from '../../user-error.js';
import type { Kubeconfig } from './kubeconfig.js';

/** The cluster and the user of a context. */
export interface SelectedContext {
  readonly name: string;
  readonly cluster: JsonObject & { readonly server: string };
  readonly user: JsonObject;
  readonly userName: string | undefined;
  readonly namespace: string | undefined;
}

/** Selects `--context`, or the current one. Throws a `UserError` if it is missing or incomplete. */
export function selectContext(config: Kubeconfig, option: string | undefined): SelectedContext {
  const { contexts, clusters, users, currentContext } = config;
  const names = [...contexts.keys()].join(', ') || 'none';
  const file = config.files.join(', ');
  const name = option ?? currentContext;
  if (name === undefined) {
    throw new UserError(`--context: expected one of ${names}: ${file} has no current-context`);
  }
  const context = contexts.get(name);
  if (context === undefined) {
    const what = option === undefined ? `${file}: current-context` : '--context';
    throw new UserError(`${what}: expected one of ${names}, got ${name}`);
  }
  const cluster = clusters.get(String(context.cluster));
  const server = cluster?.server;
  if (cluster === undefined || typeof server !== 'string' || !URL.canParse(server)) {
    const given = cluster === undefined ? `no cluster ${context.cluster}` : `server ${server}`;
    throw new UserError(
      `${file}: context ${name}: expected a cluster with the URL of its server, got ${given}`,
    );
  }
  const userName = context.user === undefined ? undefined : String(context.user);
  const user = userName === undefined ? {} : users.get(userName);
  if (user === undefined)
    throw new UserError(`${file}: context ${name}: expected a user, got no user ${userName}`);
  return {
    name,
    cluster: { ...cluster, server: server.replace(/\/+$/, '') },
    user,
    userName,
    namespace: typeof context.namespace === 'string' ? context.namespace : undefined,
  };
}
