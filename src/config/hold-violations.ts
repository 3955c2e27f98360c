import { canHold, HOLDING_HOOK, hasBlockingStart } from '../core/settings/hold.js';
import { asObject } from '../core/values/json.js';
import type { ConfigViolation } from './schema/config-violation.js';
import type { Configuration } from './schema/configuration.js';

/** In container mode, the app can only be held by a hook of the proxy. Native mode has a startup probe. */
export function holdViolations(proxy: Configuration['proxy']): ConfigViolation[] {
  const given = proxy?.holdApplication;
  const order = {
    mode: proxy?.mode,
    holdApplication: given === 'enabled',
    hasBlockingStart: hasBlockingStart(asObject(proxy?.container)),
  };
  if (canHold(order)) return [];
  const expected = `disabled, or mode native, or ${HOLDING_HOOK} with a command that waits until the proxy listens`;
  return [{ path: ['proxy', 'holdApplication'], expected, given }];
}
