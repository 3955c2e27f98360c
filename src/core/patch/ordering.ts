import { DEFAULT_CONTAINER } from '../pod/annotations.js';
import type { Pod } from '../pod/pod.js';
import type { ResolvedSettings } from '../settings/resolved-settings.js';
import type { PodAdditions, ProxySettings } from '../settings/settings.js';
import { asObject, isAbsent, type JsonObject } from '../values/json.js';

/** How long a proxy may take to listen before the kubelet restarts it, in seconds. */
export const STARTUP_SECONDS = 120;

type Order = Pick<ResolvedSettings, 'mode' | 'holdApplication'>;

/**
 * Whether the proxy comes first in `containers`: the kubelet starts them in order, and waits for the postStart hook of
 * each.
 */
export function isProxyFirst({ mode, holdApplication }: Order): boolean {
  return mode === 'container' && holdApplication;
}

/**
 * The fields of the proxy by which it starts before the app, and stops after it. The kubelet starts what follows a
 * native sidecar once its startup probe succeeds.
 */
export function orderingFields(
  { tcpPort, container }: ProxySettings,
  { mode, holdApplication, drainSeconds }: Order & Pick<ResolvedSettings, 'drainSeconds'>,
): JsonObject {
  const needsProbe = mode === 'native' && holdApplication && isAbsent(container.startupProbe);
  const preStop = { sleep: { seconds: drainSeconds } };
  return {
    ...(needsProbe && {
      startupProbe: { tcpSocket: { port: tcpPort }, periodSeconds: 1, failureThreshold: STARTUP_SECONDS },
    }),
    ...(drainSeconds > 0 && { lifecycle: { ...asObject(container.lifecycle), preStop } }),
  };
}

/**
 * The container that `kubectl logs` and `kubectl exec` would pick without the proxy, if the proxy takes its place and
 * neither the Pod nor the configuration names another.
 */
export function defaultContainerOf(
  { containers }: Pod['spec'],
  annotations: JsonObject | null | undefined,
  configured: PodAdditions['annotations'],
  order: Order,
): string | undefined {
  if (!isProxyFirst(order)) return undefined;
  if (annotations && Object.hasOwn(annotations, DEFAULT_CONTAINER)) return undefined;
  if (Object.hasOwn(configured, DEFAULT_CONTAINER)) return undefined;
  return containers[0]?.name;
}
