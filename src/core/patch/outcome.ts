import { REASON, STATUS, STATUS_INJECTED, STATUS_SKIPPED, WARNINGS } from '../pod/annotations.js';
import type { Pod } from '../pod/pod.js';
import type { StringMap } from '../values/shape.js';

/** The annotations about an earlier outcome that a Pod has although it is not injected. */
export type StaleOutcome = readonly (typeof REASON | typeof WARNINGS)[];

/** The stale annotations of a Pod that is not injected, such as a copy of one that was skipped. */
export function staleOutcome({ metadata }: Pod): StaleOutcome {
  const annotations = metadata?.annotations;
  return annotations ? ([REASON, WARNINGS] as const).filter((key) => annotations[key] !== undefined) : [];
}

/** What a Pod that is injected says about that: its warnings, one per line. Stale annotations are rewritten. */
export function injectedOutcome(warnings: readonly string[], stale: StaleOutcome): StringMap {
  const isRewritten = stale.includes(WARNINGS);
  return {
    [STATUS]: STATUS_INJECTED,
    ...(stale.includes(REASON) && { [REASON]: STATUS_INJECTED }),
    ...((warnings.length > 0 || isRewritten) && { [WARNINGS]: warnings.join('\n') }),
  };
}

/** What a Pod that is admitted without a proxy says about that; only what it does not say already. */
export function skippedOutcome(reason: string, { metadata }: Pod): StringMap {
  const annotations = metadata?.annotations ?? {};
  const outcome: StringMap = {
    [STATUS]: STATUS_SKIPPED,
    [REASON]: reason,
    ...(annotations[WARNINGS] !== undefined && { [WARNINGS]: '' }),
  };
  return Object.fromEntries(Object.entries(outcome).filter(([key, value]) => annotations[key] !== value));
}
