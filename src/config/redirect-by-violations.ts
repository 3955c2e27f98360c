import { servesFromStart, WHY_NATIVE } from '../core/settings/node-mode.js';
import type { ConfigViolation } from './schema/config-violation.js';
import type { Configuration } from './schema/configuration.js';

/** The node can only redirect Pods whose proxy runs from the start. */
export function redirectByViolations(
  proxy: Configuration['proxy'],
  redirect: Configuration['redirect'],
): ConfigViolation[] {
  const given = redirect?.by;
  if (given !== 'node' || servesFromStart({ mode: proxy?.mode, redirectBy: given })) return [];
  return [{ path: ['redirect', 'by'], expected: `pod, or proxy.mode native ${WHY_NATIVE}`, given }];
}
