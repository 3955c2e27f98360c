import type { Injection } from './injection.js';
import { isObject, type JsonObject } from './json.js';
import { FAMILIES, redirectRules, restoreText } from './redirect.js';
import type { Settings } from './settings.js';

/** The init container that sets up the redirect. */
export const INIT_NAME = 'init-iptables';
/** The proxy. */
export const PROXY_NAME = 'proxy-sidecar';

/** A core/v1 ContainerPort, in part. */
export interface ProxyPort {
  readonly containerPort: number;
  readonly protocol: string;
}

/** The ports of the proxy container: the two that traffic is redirected to, then any of `proxy.container.ports`. */
export function proxyPorts({ proxy }: Settings): readonly ProxyPort[] {
  const further = list(proxy.container.ports).filter(isObject);
  return [
    { containerPort: proxy.tcpPort, protocol: 'TCP' },
    { containerPort: proxy.udpPort, protocol: 'UDP' },
    ...further.map((port) => ({ protocol: 'TCP', ...port }) as unknown as ProxyPort),
  ];
}

/** The init container: it carries the rules and needs root, whatever the securityContext of the Pod says. */
export function initContainer(settings: Settings, injection: Injection): JsonObject {
  const { image, imagePullPolicy, container } = settings.init;
  const securityContext = object(container.securityContext);
  const { add, drop } = object(securityContext.capabilities);
  return {
    name: INIT_NAME,
    image,
    ...(imagePullPolicy && { imagePullPolicy }),
    ...container,
    env: merged(
      FAMILIES.map((family) => ({
        name: `PROXY_INIT_RULES_${family.toUpperCase()}`,
        value: restoreText(redirectRules(settings, injection, family)),
      })),
      container.env,
    ),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsGroup: 0,
      runAsNonRoot: false,
      runAsUser: 0,
      seccompProfile: { type: 'RuntimeDefault' },
      ...securityContext,
      capabilities: { add: [...new Set(['NET_ADMIN', ...list(add)])], drop: drop ?? ['ALL'] },
    },
  };
}

/** The proxy: a container, or in native mode an init container that keeps running. It runs as its own user. */
export function proxyContainer(settings: Settings, injection: Injection): JsonObject {
  const { uid, gid, container } = settings.proxy;
  const { image, imagePullPolicy, logLevel, mode } = injection;
  const env = merged(
    logLevel === undefined ? [] : [{ name: 'PROXY_LOG_LEVEL', value: logLevel }],
    container.env,
  );
  const resources = proxyResources(container.resources, injection);
  return {
    name: PROXY_NAME,
    image,
    ...(imagePullPolicy && { imagePullPolicy }),
    ...container,
    ports: proxyPorts(settings),
    ...(env.length > 0 && { env }),
    ...(Object.keys(resources).length > 0 && { resources }),
    ...(mode === 'native' && { restartPolicy: 'Always' }),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsGroup: gid,
      runAsNonRoot: true,
      runAsUser: uid,
      seccompProfile: { type: 'RuntimeDefault' },
      ...object(container.securityContext),
    },
  };
}

function proxyResources(configured: unknown, { requests, limits }: Injection): JsonObject {
  return {
    ...object(configured),
    ...(Object.keys(requests).length > 0 && { requests }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}

/** Environment variables of ours, then those of the configuration; the latter win where the names are the same. */
function merged(ours: readonly { name: string; value: string }[], configured: unknown): unknown[] {
  const theirs = list(configured);
  const names = new Set(theirs.filter(isObject).map(({ name }) => name));
  return [...ours.filter(({ name }) => !names.has(name)), ...theirs];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function object(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
