import { asList, type JsonObject, valueAt } from '../values/json.js';
import type { Mode } from './settings.js';

/** The setting of the hook that holds the app in container mode. */
export const HOLDING_HOOK = 'proxy.container.lifecycle.postStart.exec';

/** Whether a container has a hook that Kubernetes waits for before it starts the next container. */
export function hasBlockingStart(container: JsonObject): boolean {
  return asList(valueAt(container, ['lifecycle', 'postStart', 'exec', 'command'])).length > 0;
}

/**
 * Whether the app is held if it should be. In native mode, a startup probe holds it. In container mode, only a hook
 * can, and only the configuration knows one.
 */
export function canHold({
  mode,
  holdApplication,
  hasBlockingStart,
}: {
  readonly mode: Mode;
  readonly holdApplication: boolean;
  readonly hasBlockingStart: boolean;
}): boolean {
  return mode === 'native' || !holdApplication || hasBlockingStart;
}
