import type { Pod } from '../pod/pod.js';
import { gracePeriodSeconds, longestPreStopSeconds } from '../pod/pre-stop.js';
import type { SettingsWithoutUser } from './resolved-settings.js';
import { WARNING_TEXTS } from './warning-texts.js';

/** How long the proxy sleeps before it stops, so that it serves the app while that drains. */
export interface Drain {
  /** 0 for no hook. */
  readonly seconds: number;
  /** The same without the limit of the Pod's grace period. */
  readonly wanted: number;
}

/**
 * What remains of the grace period for the proxy's own shutdown. It is also the least that the kubelet gives a
 * container (`minimumGracePeriodInSeconds` in pkg/kubelet/kuberuntime/kuberuntime_manager.go).
 */
export const SHUTDOWN_SECONDS = 2;

const NO_HOOK: Drain = { seconds: 0, wanted: 0 };

/**
 * How long the proxy of a Pod drains in container mode: at least as long as the Pod's own hooks sleep, because the app
 * accepts connections meanwhile. A native sidecar stops last anyway. The API server rejects a sleep that exceeds the
 * grace period.
 */
export function drainOf(
  pod: Pod,
  { mode, drainSeconds, hasPreStop }: Pick<SettingsWithoutUser, 'mode' | 'drainSeconds' | 'hasPreStop'>,
): Drain {
  if (mode === 'native' || drainSeconds === 0 || hasPreStop) return NO_HOOK;
  const longest = longestPreStopSeconds(pod);
  const wanted = drainSeconds === 'auto' ? longest : Math.max(drainSeconds, longest);
  if (wanted === 0) return NO_HOOK;
  return { seconds: Math.min(wanted, Math.max(0, gracePeriodSeconds(pod) - SHUTDOWN_SECONDS)), wanted };
}

/** What the owner of a Pod should know about its drain. */
export function drainWarnings({ seconds, wanted }: Drain): string[] {
  if (seconds >= wanted) return [];
  return [WARNING_TEXTS['short-drain'](seconds, wanted, wanted + SHUTDOWN_SECONDS)];
}
