import type { Identity } from '../core/patch/patch.js';
import type { Settings } from '../core/settings/settings.js';
import { asObject, type JsonObject } from '../core/values/json.js';
import { jsonText, literalVariables } from './literal-variables.js';
import type { Variable } from './program.js';

/** The settings that a policy reads. */
export const POLICY_SETTINGS = [
  'allowedOverrides',
  'annotateOutcome',
  'excludedNamespaces',
  'foreignProxies',
  'ineligiblePods',
  'init',
  'pod',
  'proxy',
  'redirect',
  'selection',
] as const satisfies readonly (keyof Settings)[];

/**
 * The variable `config`, after those with parts of it. All that depends on the configuration is in it: the effective
 * settings, and in `identity` what is written to the Pod about them. Throws a `LongValueError`.
 */
export function configVariables(settings: Settings, identity: Identity): readonly Variable[] {
  const read = POLICY_SETTINGS.map((name) => [name, settings[name]]);
  return literalVariables('config', { ...Object.fromEntries(read), identity });
}

/** What {@link configVariables}, or the chart, wrote into a policy. Undefined if the variables are others. */
export function configIn(variables: readonly Variable[]): JsonObject | undefined {
  try {
    return asObject(JSON.parse(jsonText(variables, 'config')));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
