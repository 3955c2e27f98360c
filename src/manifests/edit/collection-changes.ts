import type { MoveOperation, Operation } from '../../core/patch/move.js';
import { valueAt, withValue } from '../../core/values/json.js';
import type { Path } from '../../core/values/path.js';
import { pointerTokens } from '../../core/values/pointer.js';

/** Operations on the Pod at a path of a document. */
export interface Change {
  readonly path: Path;
  readonly operations: readonly Operation[];
  /** Whether they undo an injection: then values that it kept as comments are restored. */
  readonly restores?: boolean;
}

/** All changes to one list or map. */
export interface CollectionChange {
  /** The path of the list or map below the Pod. */
  readonly path: Path;
  /** Members of a map to set. */
  readonly members: (readonly [string, unknown])[];
  /** Entries to add before and after those of a list. */
  readonly prepended: unknown[];
  readonly appended: unknown[];
  /** Keys or indices to remove. Indices count from before any removal. */
  readonly removed: (string | number)[];
}

/** Groups operations by the list or map that they change, and applies them to the Pod. */
export function changesOf(
  pod: unknown,
  operations: readonly Operation[],
): { changes: CollectionChange[]; after: unknown } {
  const changes = new Map<string, CollectionChange>();
  let after = pod;
  for (const operation of operations.flatMap((each) =>
    each.op === 'move' ? withoutMove(each, pod) : each,
  )) {
    const tokens = pointerTokens(operation.path);
    const last = tokens.pop() ?? '';
    const key = JSON.stringify(tokens);
    const change = changes.get(key) ?? {
      path: tokens,
      members: [],
      prepended: [],
      appended: [],
      removed: [],
    };
    changes.set(key, change);
    const collection = valueAt(after, tokens);
    if (!Array.isArray(collection)) {
      if (operation.op === 'remove') change.removed.push(last);
      else change.members.push([last, operation.value]);
      after = withValue(after, [...tokens, last], operation.op === 'remove' ? undefined : operation.value);
      continue;
    }
    const index = last === '-' ? collection.length : Number(last);
    const value = operation.op === 'remove' ? [] : [operation.value];
    if (operation.op === 'remove') change.removed.push(index);
    else if (last === '-') change.appended.push(operation.value);
    else change.prepended.push(operation.value);
    after = withValue(
      after,
      tokens,
      collection.toSpliced(index, operation.op === 'remove' ? 1 : 0, ...value),
    );
  }
  return { changes: [...changes.values()], after };
}

/** A move as a removal and an addition. No earlier operation may have changed the list. */
function withoutMove({ from, path }: MoveOperation, pod: unknown): Exclude<Operation, MoveOperation>[] {
  return [
    { op: 'remove', path: from },
    { op: 'add', path, value: valueAt(pod, pointerTokens(from)) },
  ];
}
