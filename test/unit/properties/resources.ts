import type { JsonObject } from '../../../src/core/values/json.js';
import { fc } from '../../support/fast-check.js';

/** Requests and limits, as users write them: some, all, or none of each. */
function withAmounts(cpu: readonly string[], memory: readonly string[]): fc.Arbitrary<JsonObject> {
  const some = { cpu: fc.constantFrom(...cpu), memory: fc.constantFrom(...memory) };
  const amounts = fc.option(fc.record(some, { requiredKeys: [] }), { nil: undefined });
  const hugePages = fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    fc.constant({ 'hugepages-2Mi': '4Mi' }),
  );
  return fc.tuple(amounts, amounts, hugePages).map(([requests, limits, pages]) => {
    const hasPages = Object.keys(pages).length > 0;
    return {
      ...((requests || hasPages) && { requests: { ...requests, ...pages } }),
      ...((limits || hasPages) && { limits: { ...limits, ...pages } }),
    };
  });
}

/** Requests and limits of a Pod. */
export const resources = withAmounts(
  ['50m', '100m', '0.5', '1', '1950m', '2'],
  ['64Mi', '100M', '960Mi', '1Gi', '1073741824', '2Gi'],
);

/** Requests and limits of a container, of which several fit in a Pod. */
export const smallResources = withAmounts(['5m', '0.01', '20m'], ['8Mi', '10M', '16Mi']);
