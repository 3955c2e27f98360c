import type { PatchOperation } from '../../core/patch/patch.js';
import { valueAt } from '../../core/values/json.js';
import { pathText } from '../../core/values/path.js';
import { pointerTokens } from '../../core/values/pointer.js';

/** One field of a Pod that gets another value: the port of a probe. */
export interface Replacement {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Lists what the operations of a patch replace in a Pod. */
export function replacementsOf(operations: readonly PatchOperation[], pod: unknown): Replacement[] {
  return operations.flatMap((operation) => {
    if (operation.op !== 'replace') return [];
    const { path, value } = operation;
    const keys = pointerTokens(path).map((token) => (/^\d+$/.test(token) ? Number(token) : token));
    return [{ path: pathText(keys), before: valueAt(pod, keys), after: value }];
  });
}
