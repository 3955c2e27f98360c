import { asObject, type JsonObject } from '../../../src/core/values/json.js';
import { settings } from '../../support/core-cases.js';
import { fc } from '../../support/fast-check.js';
import { combinations, defaults, groups } from '../../unit/properties/combinations.js';
import type { Trial } from './trial.js';

/** Many Pods with the same settings, because the API server takes long to compile some. */
export const trials: fc.Arbitrary<readonly Trial[]> = fc
  .tuple(combinations, defaults, fc.array(groups, { minLength: 2, maxLength: 2 }))
  .map(([change, namespace, pods]) => {
    const { podResources: _, ...proxy } = change.proxy ?? {};
    const { by: __, ...redirect } = change.redirect ?? {};
    const all = settings({ ...change, proxy, redirect });
    return pods
      .flat()
      .filter(isDecoded)
      .filter(isSupported)
      .map((pod) => ({ settings: all, namespace, pod }));
  });

/** Whether a Pod does not ask for node mode, which policies deny. */
function isSupported({ metadata }: JsonObject): boolean {
  return asObject(asObject(metadata).annotations)['proxy-injection/redirect-by'] !== 'node';
}

/** Whether the API server can decode a Pod: the port of a gRPC probe has no name. */
function isDecoded(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) =>
    key === 'grpc' ? typeof inner?.port === 'number' || inner?.port === null : isDecoded(inner),
  );
}
