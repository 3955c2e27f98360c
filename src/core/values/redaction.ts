import { asList, isObject } from './json.js';

/** Stands for what may be a secret. */
export const REDACTED = 'REDACTED';

/** The `env` of a core/v1 Container with the values of its variables redacted; references (`valueFrom`) stay. */
export function redactEnv(env: unknown): readonly unknown[] {
  return asList(env).map((entry) =>
    isObject(entry) && 'value' in entry ? { ...entry, value: REDACTED } : entry,
  );
}
