import type { SettingsWithoutUser } from './resolved-settings.js';

/**
 * Whether the proxy serves all that is redirected. The agent applies the redirect before any container of the Pod
 * starts, so the proxy must run before the Pod's own init containers, which only native mode makes sure of.
 */
export function servesFromStart({
  mode,
  redirectBy,
}: Pick<SettingsWithoutUser, 'mode' | 'redirectBy'>): boolean {
  return redirectBy === 'pod' || mode === 'native';
}

/** Why node mode requires native mode, in parentheses. */
export const WHY_NATIVE = '(the node redirects init containers, too, so the proxy must start before them)';
