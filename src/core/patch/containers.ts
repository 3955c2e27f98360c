import { FAMILIES_VARIABLE, INIT_NAME, PROXY_NAME, RULES_VARIABLES } from '../pod/container-names.js';
import { familiesOf, type Redirect } from '../redirect/redirect.js';
import { type RuleTool, rulesetOf } from '../redirect/ruleset.js';
import { proxyPorts } from '../settings/proxy-ports.js';
import type { ResolvedSettings, Resources } from '../settings/resolved-settings.js';
import { FROM_NAMESPACE, type Id, LOG_LEVEL_VARIABLE, type Settings } from '../settings/settings.js';
import { asList, asObject, type JsonObject } from '../values/json.js';
import { orderingFields } from './ordering.js';

/**
 * The user and group of the init container, unless the proxy's are those of the namespace: then only IDs of its ranges
 * are admitted, and the init container has the same. It needs no root: its image grants the tools what they need.
 */
export const INIT_UID = 65532;

/**
 * The init container, which carries the redirect rules in its environment. In node mode, it is the validator, which
 * waits until the agent has applied them, and needs no capability. It sets every field that it would otherwise inherit
 * from the Pod's securityContext. If it fails, `kubectl describe pod` shows the end of its log.
 */
export function initContainer(settings: Settings, resolved: ResolvedSettings): JsonObject {
  const { image, imagePullPolicy, container } = settings.init;
  const securityContext = asObject(container.securityContext);
  const { add, drop } = asObject(securityContext.capabilities);
  const { uid, gid } = resolved.redirect;
  const isValidator = resolved.redirectBy === 'node';
  const capabilities = [...new Set([...(isValidator ? [] : ['NET_ADMIN']), ...asList(add)])];
  return {
    name: INIT_NAME,
    image,
    ...(imagePullPolicy && { imagePullPolicy }),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    ...withResources(container, resolved.init),
    ...(isValidator && { args: ['wait-for-node-agent'] }),
    env: merged((isValidator ? familiesEnv : rulesEnv)(resolved.redirect), container.env),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsGroup: initId(settings.proxy.gid, gid),
      runAsNonRoot: securityContext.runAsUser !== 0,
      runAsUser: initId(settings.proxy.uid, uid),
      seccompProfile: { type: 'RuntimeDefault' },
      ...securityContext,
      capabilities: { ...(capabilities.length > 0 && { add: capabilities }), drop: drop ?? ['ALL'] },
    },
  };
}

function initId(configured: Id, ofProxy: number): number {
  return configured === FROM_NAMESPACE ? ofProxy : INIT_UID;
}

/** The redirect rules, for every tool that the init container may apply them with. */
function rulesEnv(redirect: Redirect): { name: string; value: string }[] {
  return Object.entries(rulesetOf(redirect)).map(([tool, value]) => ({
    name: RULES_VARIABLES[tool as RuleTool],
    value,
  }));
}

/** The families whose redirect the validator waits for, if the Pod has them. */
function familiesEnv(redirect: Redirect): { name: string; value: string }[] {
  return [{ name: FAMILIES_VARIABLE, value: familiesOf(redirect).join(' ') }];
}

/** The proxy container, or in native mode the init container with `restartPolicy: Always`. It runs as its own user. */
export function proxyContainer(settings: Settings, resolved: ResolvedSettings): JsonObject {
  const { container } = settings.proxy;
  const { image, imagePullPolicy, logLevel, mode, redirect } = resolved;
  const env = merged(
    logLevel === undefined ? [] : [{ name: LOG_LEVEL_VARIABLE, value: logLevel }],
    container.env,
  );
  return {
    name: PROXY_NAME,
    image,
    ...(imagePullPolicy && { imagePullPolicy }),
    ...withResources(container, resolved),
    ...orderingFields(settings.proxy, resolved),
    ports: proxyPorts(settings.proxy),
    ...(env.length > 0 && { env }),
    ...(mode === 'native' && { restartPolicy: 'Always' }),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsGroup: redirect.gid,
      runAsNonRoot: true,
      runAsUser: redirect.uid,
      seccompProfile: { type: 'RuntimeDefault' },
      ...asObject(container.securityContext),
    },
  };
}

/** The configured fields of a container with other requests and limits. */
function withResources(container: JsonObject, { requests, limits }: Resources): JsonObject {
  const { resources: configured, ...fields } = container;
  const { requests: _, limits: __, ...others } = asObject(configured);
  const resources = {
    ...others,
    ...(Object.keys(requests).length > 0 && { requests }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
  return Object.keys(resources).length > 0 ? { ...container, resources } : fields;
}

/** The injector's environment variables, then the configured ones. The injector's win, as they may be overrides. */
function merged(own: readonly { name: string; value: string }[], configured: unknown): unknown[] {
  const names = new Set<unknown>(own.map(({ name }) => name));
  return [...own, ...asList(configured).filter((variable) => !names.has(asObject(variable).name))];
}
