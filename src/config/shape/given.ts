import { isAbsent } from '../../core/values/json.js';

/** Whether a field is set. As for Go, an empty string or list is not. */
export function isGiven(value: unknown): boolean {
  return !isAbsent(value) && value !== '' && !(Array.isArray(value) && value.length === 0);
}
