import type { ValueType } from '../values/value-type.js';

/** How long the proxy drains: a number of seconds, or as long as the Pod's own preStop hooks sleep. */
export type DrainSeconds = number | typeof AUTO;

const AUTO = 'auto';
const MAX_SECONDS = 86_400;

/** The value of `proxy.drainSeconds`. */
export const DRAIN_SECONDS: ValueType<DrainSeconds> = {
  expected: `a whole number of seconds from 0 to ${MAX_SECONDS}, or ${AUTO}`,
  parse: (text) => {
    if (text === AUTO) return AUTO;
    return /^\d{1,5}$/.test(text) && Number(text) <= MAX_SECONDS ? Number(text) : undefined;
  },
  schema: { pattern: `^(${AUTO}|[0-9]{1,5})$`, minimum: 0, maximum: MAX_SECONDS },
};
