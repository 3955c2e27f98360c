import { asList, isObject } from './json.js';

/** Replaces values that may be secret. */
export const REDACTED = 'REDACTED';

/** The `env` of a core/v1 Container with its values redacted. References (`valueFrom`) are kept. */
export function redactEnv(env: unknown): readonly unknown[] {
  return asList(env).map((entry) =>
    isObject(entry) && 'value' in entry ? { ...entry, value: REDACTED } : entry,
  );
}
