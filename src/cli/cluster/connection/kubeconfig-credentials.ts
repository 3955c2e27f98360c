import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Credentials } from '../../../cluster/api-access.js';
import { asList, type JsonObject } from '../../../core/values/json.js';
import { ExecPlugin } from './exec-plugin.js';
import type { SelectedContext } from './selected-context.js';

/** The fields that lose to their `-data` variants. KubeConfig prefers the files. */
const DATA_OVER_FILE = ['certificate-authority', 'client-certificate', 'client-key'];

/**
 * The credentials of a context. `KubeConfig` reads certificates and tokens, refreshes those of OpenID Connect, and
 * connects through proxies. What it does not know of kubectl is here: credential plugins that ask or print something,
 * `tokenFile`, groups to impersonate, and contexts without a user.
 */
export async function kubeconfigCredentials(
  context: SelectedContext,
  env: NodeJS.ProcessEnv,
): Promise<() => Promise<Credentials>> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(JSON.stringify(forKubeConfig(context)));
  const plugin = context.user.exec ? new ExecPlugin(context, env) : undefined;
  const isProxied = Boolean(context.cluster['proxy-url']);
  return async () => {
    const options: RequestOptions = {};
    await kubeConfig.applyToHTTPSOptions(options);
    const { ca, cert, key, rejectUnauthorized, servername, agent, headers, auth } = options;
    const given = headers as { readonly [name: string]: string } | undefined;
    const exec = await plugin?.credential();
    const bearer = exec?.token === undefined ? given?.Authorization : `Bearer ${exec.token}`;
    const authorization = bearer?.trim() ?? (auth && `Basic ${Buffer.from(auth).toString('base64')}`);
    return {
      headers: { ...(authorization && { authorization }), ...impersonation(context.user) },
      tls: defined({
        ca,
        cert: exec?.clientCertificateData ?? cert,
        key: exec?.clientKeyData ?? key,
        rejectUnauthorized,
        servername,
      }),
      agent: isProxied ? (agent as Agent) : undefined,
    };
  };
}

/** A kubeconfig of one context, as KubeConfig reads it. */
function forKubeConfig({ cluster, user }: SelectedContext): object {
  const { exec, tokenFile, as: _, ...rest } = withoutFiles(user);
  const fromFile = typeof tokenFile === 'string' && {
    'auth-provider': { name: 'tokenFile', config: { tokenFile } },
    token: undefined,
  };
  // KubeConfig allows http only with this field, which then has no other effect.
  const isHttp = cluster.server.startsWith('http:') && { 'insecure-skip-tls-verify': true };
  return {
    'current-context': 'selected',
    contexts: [{ name: 'selected', context: { cluster: 'selected', user: 'selected' } }],
    clusters: [{ name: 'selected', cluster: { ...withoutFiles(cluster), ...isHttp } }],
    users: [{ name: 'selected', user: { ...rest, ...fromFile } }],
  };
}

function withoutFiles(value: JsonObject): JsonObject {
  const replaced = DATA_OVER_FILE.filter((field) => value[`${field}-data`]);
  return Object.fromEntries(Object.entries(value).filter(([field]) => !replaced.includes(field)));
}

function impersonation({ as: user, 'as-groups': groups, 'as-uid': uid }: JsonObject): Credentials['headers'] {
  return {
    ...(typeof user === 'string' && { 'impersonate-user': user }),
    ...(typeof uid === 'string' && { 'impersonate-uid': uid }),
    ...(Array.isArray(groups) && { 'impersonate-group': asList(groups).map(String) }),
  };
}

function defined(tls: { readonly [name in keyof Credentials['tls']]: unknown }): Credentials['tls'] {
  return Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined && value !== null));
}
