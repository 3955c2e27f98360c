import { settings } from '../../support/core-cases.js';
import { fc } from '../../support/fast-check.js';
import { combinations, defaults, groups } from '../../unit/properties/combinations.js';
import type { Trial } from './trial.js';

/** Many Pods with the same settings, because the API server takes long to compile some. */
export const trials: fc.Arbitrary<readonly Trial[]> = fc
  .tuple(combinations, defaults, fc.array(groups, { minLength: 2, maxLength: 2 }))
  .map(([change, namespace, pods]) => {
    const { podResources: _, ...proxy } = change.proxy ?? {};
    const all = settings({ ...change, proxy });
    return pods
      .flat()
      .filter(isDecoded)
      .map((pod) => ({ settings: all, namespace, pod }));
  });

/** Whether the API server can decode a Pod: the port of a gRPC probe has no name. */
function isDecoded(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) =>
    key === 'grpc' ? typeof inner?.port === 'number' || inner?.port === null : isDecoded(inner),
  );
}
