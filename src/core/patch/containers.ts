import { INIT_NAME, PROXY_NAME } from '../pod/container-names.js';
import { restoreText } from '../redirect/iptables.js';
import { familiesOf, redirectRules } from '../redirect/redirect.js';
import { proxyPorts } from '../settings/proxy-ports.js';
import type { ResolvedSettings } from '../settings/resolved-settings.js';
import type { Settings } from '../settings/settings.js';
import { asList, asObject, isObject, type JsonObject } from '../values/json.js';

/** The user and group of the init container, which nobody else is: its image holds what it needs instead of root. */
const INIT_UID = 65532;

/**
 * The init container: it carries the rules, and says itself whatever the securityContext of the Pod could say otherwise. When
 * it fails, the end of its log is what `kubectl describe pod` shows.
 */
export function initContainer(settings: Settings, resolved: ResolvedSettings): JsonObject {
  const { image, imagePullPolicy, container } = settings.init;
  const securityContext = withoutNulls(asObject(container.securityContext));
  const { add, drop } = asObject(securityContext.capabilities);
  return {
    name: INIT_NAME,
    image,
    ...(imagePullPolicy && { imagePullPolicy }),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    ...container,
    env: merged(
      familiesOf(resolved.redirect).map((family) => ({
        name: `PROXY_INIT_RULES_${family.toUpperCase()}`,
        value: restoreText(redirectRules(resolved.redirect, family)),
      })),
      container.env,
    ),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsGroup: INIT_UID,
      runAsNonRoot: securityContext.runAsUser !== 0,
      runAsUser: INIT_UID,
      seccompProfile: { type: 'RuntimeDefault' },
      ...securityContext,
      capabilities: { add: [...new Set(['NET_ADMIN', ...asList(add)])], drop: drop ?? ['ALL'] },
    },
  };
}

/** The proxy: a container, or in native mode an init container that keeps running. It runs as its own user. */
export function proxyContainer(settings: Settings, resolved: ResolvedSettings): JsonObject {
  const { uid, gid, container } = settings.proxy;
  const { image, imagePullPolicy, logLevel, mode } = resolved;
  const env = merged(
    logLevel === undefined ? [] : [{ name: 'PROXY_LOG_LEVEL', value: logLevel }],
    container.env,
  );
  const resources = proxyResources(container.resources, resolved);
  return {
    name: PROXY_NAME,
    image,
    ...(imagePullPolicy && { imagePullPolicy }),
    ...container,
    ports: proxyPorts(settings.proxy),
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
      ...withoutNulls(asObject(container.securityContext)),
    },
  };
}

function proxyResources(configured: unknown, { requests, limits }: ResolvedSettings): JsonObject {
  return {
    ...asObject(configured),
    ...(Object.keys(requests).length > 0 && { requests }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}

/** Environment variables of ours, then those of the configuration; the latter win where the names are the same. */
function merged(ours: readonly { name: string; value: string }[], configured: unknown): unknown[] {
  const theirs = asList(configured);
  const names = new Set(theirs.filter(isObject).map(({ name }) => name));
  return [...ours.filter(({ name }) => !names.has(name)), ...theirs];
}

/** Null says that a field is not set, which must not keep ours from being set. */
function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null));
}
